import { useAccountData } from './use-account-data'

interface Me {
  readonly user: { readonly twoFactorEnabled?: boolean; readonly hasSecondFactor?: boolean }
}

/** Whether the account has a second factor; undefined until it is known. */
export function useSecondFactor(): boolean | undefined {
  const { data, problem } = useAccountData<Me>('/me')
  if (problem) return false
  return data && (data.user.hasSecondFactor ?? data.user.twoFactorEnabled ?? false)
}
