import { useAccountData } from './use-account-data'

/** Whether the account has a second factor; undefined until it is known. */
export function useSecondFactor(): boolean | undefined {
  const { data, problem } = useAccountData<{ readonly enabled: boolean }>('/second-factor')
  return problem ? false : data?.enabled
}
