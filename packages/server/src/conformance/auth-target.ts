import { BASE_PATH, type Jwk } from '@countersign/core'
import { type Answer, ask } from './ask.js'
import { cookieHeader } from './cookie-probes.js'
import { NoAnswer } from './findings.js'

export interface Account {
  readonly email: string
  readonly password: string
}

/** Where an auth server signs in and refreshes, below its issuer. */
export interface AuthPaths {
  readonly signIn: string
  readonly refresh: string
  readonly signOut: string
  readonly sessions: string
}

export const OUR_PATHS: AuthPaths = {
  signIn: '/login',
  refresh: '/refresh',
  signOut: '/logout',
  sessions: '/sessions',
}

export interface AuthSubject {
  /** Its issuer identifier: origin and base path. */
  readonly issuer: string
  readonly account: Account | undefined
  readonly paths: AuthPaths
  /** Wait until tokens rotate, which takes as long as the windows of the server. */
  readonly patient: boolean
  /** What tokens should carry, where that is known. */
  readonly audience?: string | undefined
}

export interface Session {
  readonly answer: Answer
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Under which name it came, and goes back. */
  readonly refreshName: string
  /** What a browser sends back; empty without cookies. */
  readonly cookie: string
}

export type Presented = Pick<Session, 'refreshToken' | 'refreshName' | 'cookie'>

export interface AuthTarget extends AuthSubject {
  /** `undefined` where there is none. */
  readonly metadata: Answer | undefined
  readonly keySet: Answer | undefined
  /** Of the key set, unchecked. */
  readonly jwks: readonly Jwk[]
  readonly jwksUri: string
  /** Signed in as a server and as a browser; the answer is there even if it is a refusal. */
  readonly asServer: Session | undefined
  readonly asBrowser: Session | undefined
  /** Another session, as a server has it. */
  signIn(headers?: Record<string, string>, account?: Account): Promise<Session | undefined>
  /** Presents a refresh token as it was delivered: in a cookie or a body. */
  refresh(session: Presented): Promise<Answer>
  signOut(session: Session): Promise<Answer>
  /** Signs every session out that was made here, whether or not that works. */
  leave(): Promise<void>
}

/** A browser on a page of the server's own origin, which it always trusts. */
export const SAME_ORIGIN = { 'Sec-Fetch-Site': 'same-origin' } as const

/** Asks for what is public, and signs in twice if there is an account. */
export async function meetAuthServer(subject: AuthSubject): Promise<AuthTarget> {
  const metadata = await metadataOf(subject.issuer)
  const told = metadata?.json?.jwks_uri
  const jwksUri = typeof told === 'string' && URL.canParse(told) ? told : `${subject.issuer}/jwks`
  const keySet = await ask(jwksUri).catch(noAnswer)
  const keys = keySet?.json?.keys
  const calls = callsTo(subject)
  return {
    ...subject,
    ...calls,
    metadata,
    keySet,
    jwksUri,
    jwks: Array.isArray(keys) ? keys : [],
    asServer: await calls.signIn(),
    asBrowser: await calls.signIn(SAME_ORIGIN),
  }
}

function callsTo({ issuer, paths, account }: AuthSubject) {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(issuer + path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })
  const byCookie = (path: string, cookie: string) =>
    post(path, undefined, { ...SAME_ORIGIN, Cookie: cookie, 'X-Countersign': '1' })
  const present = (path: string, { refreshToken, refreshName, cookie }: Presented) =>
    refreshToken === undefined
      ? byCookie(path, cookie)
      : post(path, { [refreshName]: refreshToken })
  const made: Session[] = []
  return {
    async signIn(headers: Record<string, string> = {}, who = account) {
      if (!who) return undefined
      const session = sessionIn(await post(paths.signIn, who, headers))
      if (session.answer.status < 300) made.push(session)
      return session
    },
    async leave() {
      for (const session of made.splice(0)) {
        await present(paths.signOut, session).catch(noAnswer)
      }
    },
    refresh: (session: Presented) => present(paths.refresh, session),
    signOut: (session: Session) => present(paths.signOut, session),
  }
}

/** What an answer brings, in our spelling or that of OAuth. */
export function sessionIn(answer: Answer): Session {
  const { json = {} } = answer
  const text = (...names: string[]) =>
    names.map((name) => json[name]).find((value) => typeof value === 'string' && value !== '') as
      | string
      | undefined
  return {
    answer,
    accessToken: text('accessToken', 'access_token', 'token') ?? '',
    refreshToken: text('refreshToken', 'refresh_token'),
    refreshName: 'refresh_token' in json ? 'refresh_token' : 'refreshToken',
    cookie: cookieHeader(answer),
  }
}

/** RFC 8414 puts it between origin and path; an issuer inside of a web application has it below. */
async function metadataOf(issuer: string): Promise<Answer | undefined> {
  const { origin, pathname } = new URL(issuer)
  const wellKnown = '/.well-known/oauth-authorization-server'
  const first = await ask(origin + wellKnown + (pathname === '/' ? '' : pathname)).catch(noAnswer)
  return first?.status === 404 ? ask(issuer + wellKnown).catch(noAnswer) : first
}

/** The issuer of an address that a person names: its origin means our base path. */
export function issuerOf(url: string): string {
  const { pathname } = new URL(url)
  const trimmed = url.replace(/\/+$/, '')
  return pathname === '/' ? trimmed + BASE_PATH : trimmed
}

function noAnswer(error: unknown): undefined {
  if (error instanceof NoAnswer) return undefined
  throw error
}
