import type { Context } from '../context.js'
import type { SealedSession } from '../sealed-session.js'
import { claimsOf } from './claims.js'
import type { ProviderAccount } from './external-identity.js'
import type { SignIns } from './sign-ins.js'

/** What the callbacks of one request share. */
export interface Work {
  readonly context: () => Context
  readonly signIns: SignIns
  /** The request that Auth.js works on. */
  readonly request: () => Promise<Request>
}

type MaybePromise<T> = T | PromiseLike<T>
type Token = Record<string, unknown>

interface SignInParams {
  readonly user: object
  readonly account?: ProviderAccount | null
  readonly profile?: object | undefined
}

/**
 * The step before a sign-in: your own callback first, then a session for whom a provider has signed
 * in. Whoever is not let in leaves no session behind.
 */
export async function allowSignIn<P extends SignInParams, R>(
  work: Work,
  params: P,
  own: ((params: P) => MaybePromise<R>) | undefined,
): Promise<R | true> {
  const { signIns, request } = work
  const { user, account, profile } = params
  const allowed = await orAbandon(work, user, async () => (own ? own(params) : true))
  if (allowed !== true) {
    await signIns.abandon(user)
    return allowed
  }
  if (account && !signIns.waiting(user)) {
    const answer = { account, user: { ...user }, profile: { ...profile } }
    await signIns.byProvider(user, answer, await request())
  }
  return true
}

/**
 * The JWT of a new sign-in, whose session gets its cookie once your own callback has agreed; null if
 * that says no, or if there is no session.
 */
export async function tokenAtSignIn<P extends { token: Token }, T extends Token>(
  work: Work,
  { user, ...params }: P & { readonly user: object },
  own: ((params: P & { readonly user: object }) => MaybePromise<T | null>) | undefined,
): Promise<T | null> {
  const session = work.signIns.waiting(user)
  if (!session) return null
  const agreed = await orAbandon(work, user, () =>
    agree({ ...params, user } as P & { readonly user: object }, session, own),
  )
  if (agreed) await work.signIns.settle(user, await work.request())
  else await work.signIns.abandon(user)
  return agreed
}

/** The JWT for a session, after your own callback; what says which session it is stays as it is. */
export async function agree<P extends { token: Token }, T extends Token>(
  params: P,
  session: SealedSession,
  own: ((params: P) => MaybePromise<T | null>) | undefined,
): Promise<T | null> {
  const claims = claimsOf(session)
  const token = { ...params.token, ...claims }
  const agreed = own ? await own({ ...params, token }) : (token as unknown as T)
  return agreed && { ...agreed, sub: claims.sub, csid: claims.csid }
}

/** A callback of yours that throws at sign-in leaves no session behind. */
async function orAbandon<T>({ signIns }: Work, user: object, callback: () => Promise<T>) {
  try {
    return await callback()
  } catch (error) {
    await signIns.abandon(user)
    throw error
  }
}
