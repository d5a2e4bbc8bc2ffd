import type { ProvenUser } from '../identity/check-password.js'
import type { SecondFactorMethod } from '../second-factor/second-factors.js'
import type { KnownCaller } from './known-caller.js'
import type { Services } from './services.js'

const PURPOSE = 'second_factor'
const SECONDS = 300
const MOST_TRIES = 5
const METHODS: readonly SecondFactorMethod[] = ['totp', 'recovery_code']

/** What was proved before the second step, kept where only its challenge finds it. */
interface HalfSignIn {
  readonly clientId: string
  readonly remember: boolean
  readonly ver: number
  /** What was proved: `password`, or a provider. */
  readonly method: string
}

/**
 * What a right password is answered with where a code is missing: a value that opens the second step
 * and nothing else. No session exists, of ours or of Better Auth (GHSA-xg6x-h9c9-2m83).
 */
export async function challenge(
  { oneTime }: Services,
  { clientId }: KnownCaller,
  { id: userId, ver }: Pick<ProvenUser, 'id' | 'ver'>,
  { remember, method }: { readonly remember: boolean; readonly method: string },
) {
  const payload: HalfSignIn = { clientId, remember, ver, method }
  const value = await oneTime.issue(PURPOSE, { userId, payload, seconds: SECONDS })
  return { next: 'second_factor' as const, challenge: value, methods: [...METHODS] }
}

/** The sign-in of a challenge, as long as it has tries left; each call is one. */
export async function tryChallenge(
  { oneTime }: Services,
  { clientId }: KnownCaller,
  value: string,
) {
  const grant = await oneTime.attempt<HalfSignIn>(PURPOSE, value, MOST_TRIES)
  if (grant?.userId === undefined || grant.payload.clientId !== clientId) return undefined
  return { userId: grant.userId, ...grant.payload }
}

/** Ends a challenge; false if it was ended meanwhile. */
export async function closeChallenge({ oneTime }: Services, value: string): Promise<boolean> {
  return (await oneTime.take(PURPOSE, value)) !== undefined
}
