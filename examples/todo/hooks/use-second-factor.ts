import { useAccountData } from './use-account-data'

/** Whether the second factor is on; undefined until it is known, and where there is none. */
export function useSecondFactor(): boolean | undefined {
  return useAccountData<{ readonly enabled: boolean }>('/second-factor').data?.enabled
}
