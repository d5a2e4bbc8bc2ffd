import type { SignInOutcome } from '../backend.js'
import type { Context } from '../context.js'
import { newcomerOf } from '../device-cookie.js'
import type { SealedSession } from '../sealed-session.js'
import { isText } from '../shape.js'
import { externalIdentity, type ProviderAnswer } from './external-identity.js'
import { githubEmailLists, isVerifiedAtGithub } from './github.js'
import type { AuthJsUser, CountersignProvider } from './provider.js'
import { type MakeError, refusalOf } from './refusal.js'
import { clearSession, writeDevice, writeSession } from './session-cookie.js'
import { sessionBehind } from './visitor.js'

type SignedIn = Extract<SignInOutcome, { kind: 'signed-in' }>

/** Sign-ins from their first step to the cookie. */
export interface SignIns {
  /** Asks the backend about credentials. Throws the error of a refusal. */
  readonly byCredentials: (
    provider: CountersignProvider,
    credentials: Readonly<Record<string, unknown>>,
    request: Request,
  ) => Promise<AuthJsUser>
  /** Asks the backend for a session of somebody whom a provider of Auth.js has signed in. */
  readonly byProvider: (user: object, answer: ProviderAnswer, request: Request) => Promise<void>
  /** The session that waits for its cookie. */
  readonly waiting: (user: object) => SealedSession | undefined
  /** Gives it its cookie; the session that came with the request ends. */
  readonly settle: (user: object, request: Request) => Promise<void>
  /** Ends it: Auth.js signs this user in no more. */
  readonly abandon: (user: object) => Promise<void>
  /** Ends the session of the request, here and at the backend. */
  readonly signOut: (request: Request) => Promise<void>
}

/**
 * Sign-ins of one application. Between two steps of Auth.js the new session is kept beside the user
 * object that Auth.js passes on, and never in it: what is in it can end up in a cookie of Auth.js.
 */
export function createSignIns(
  context: () => Context,
  { makeError, providers }: { makeError: MakeError; providers: readonly unknown[] },
): SignIns {
  const emailLists = githubEmailLists(providers)
  const sessions = new WeakMap<object, SignedIn>()
  const refuse = (outcome: SignInOutcome): SignedIn => {
    if (outcome.kind === 'signed-in') return outcome
    throw makeError(refusalOf(outcome, context().settings))
  }
  const take = (user: object) => {
    const made = sessions.get(user)
    sessions.delete(user)
    return made
  }
  return {
    byCredentials: async ({ credentials: fields }, credentials, request) => {
      const { backend, settings } = context()
      const origin = request.headers.get('origin')
      // Auth.js checks a token of its own; a browser's word costs nothing.
      if (origin !== null && origin !== settings.origin) throw makeError('csrf_rejected')
      const body = bodyOf(Object.keys(fields), credentials)
      const made = refuse(await backend.signIn(body, newcomerOf(request, settings)))
      const user = userOf(made.session)
      sessions.set(user, made)
      return user
    },
    byProvider: async (user, answer, request) => {
      const { backend, settings } = context()
      const identity = externalIdentity(answer)
      if (!identity || !backend.exchange) {
        settings.logger.warn(identity ? NO_EXCHANGE : NO_EMAIL)
        throw makeError(identity ? 'service_unavailable' : 'provider_failed')
      }
      const list = emailLists.get(identity.provider)
      const accessToken = answer.account.access_token
      const question = list && accessToken && { list, accessToken, email: identity.email }
      const emailVerified = question
        ? await isVerifiedAtGithub(question, settings)
        : identity.emailVerified
      const caller = newcomerOf(request, settings)
      sessions.set(user, refuse(await backend.exchange({ ...identity, emailVerified }, caller)))
    },
    waiting: (user) => sessions.get(user)?.session,
    settle: async (user, request) => {
      const { settings, signOut } = context()
      const made = take(user)
      if (!made) return
      const { session, deviceToken } = made
      try {
        await writeSession(session, settings)
        if (deviceToken !== undefined) await writeDevice(deviceToken, settings)
      } catch (error) {
        await signOut(session)
        throw error
      }
      const previous = sessionBehind(request, settings)
      if (previous && previous.sessionId !== session.sessionId) await signOut(previous)
    },
    abandon: async (user) => {
      const made = take(user)
      if (made) await context().signOut(made.session)
    },
    signOut: async (request) => {
      const { settings, signOut } = context()
      const session = sessionBehind(request, settings)
      await clearSession(settings)
      if (session) await signOut(session)
    },
  }
}

/** What Auth.js may know of the user. */
function userOf({ user: { id, email, name, image, role } }: SealedSession): AuthJsUser {
  return { id, email, name, image, role }
}

/** The fields that were asked for, as texts, and `remember`: everything else is Auth.js's own. */
function bodyOf(names: readonly string[], credentials: Readonly<Record<string, unknown>>) {
  const fields = names.map((name) => [name, isText(credentials[name]) ? credentials[name] : ''])
  const { remember } = credentials
  const isForgotten = remember === false || remember === 'false' || remember === 'off'
  return { ...Object.fromEntries(fields), remember: !isForgotten }
}

const NO_EXCHANGE =
  'countersign: the backend exchanges no sign-in of a provider; leave the providers of Auth.js out'
const NO_EMAIL = 'countersign: a provider told no e-mail address; ask it for the scope "email"'
