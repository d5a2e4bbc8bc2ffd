import { createVerifier, type VerifierOptions } from '@countersign/verify'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { admin, twoFactor } from 'better-auth/plugins'
import { expect } from 'vitest'
import {
  betterAuthDatabase,
  type CountersignOptions,
  countersign,
  migrateBetterAuth,
} from '../src/better-auth.js'
import type { Database } from '../src/database/database.js'
import { openEmbedded } from '../src/database/embedded.js'
import { openPostgres } from '../src/database/postgres.js'
import { emptyPostgres, type TestDatabase } from './databases.js'

export const ORIGIN = 'http://app.localhost:3000'
export const ISSUER = `${ORIGIN}/api/auth`
export const AUDIENCE = 'todo-api'
export const PASSWORD = 'correct horse battery staple'
export const JWT_SECRET = 'the secret that the web server and the API share'
export const API = { id: 'todo-api', secret: 'the-secret-of-the-api-0123456789abcdef' }

/** Databases as they are before anybody has a table in them. */
export const EMPTY_DATABASES: ReadonlyArray<readonly [string, () => Promise<TestDatabase>]> = [
  ['PGlite', emptyEmbedded],
  ['PostgreSQL', emptyServer],
]

async function emptyEmbedded(): Promise<TestDatabase> {
  const database = await openEmbedded()
  return { database, close: () => database.close() }
}

export async function emptyServer(): Promise<TestDatabase> {
  const { url, drop } = await emptyPostgres()
  const database = openPostgres({ url, maxConnections: 4 })
  const close = async () => {
    await database.close()
    await drop()
  }
  return { database, close }
}

export interface IssuerSetting {
  /** Options of Better Auth beyond those of every test. */
  readonly auth?: Partial<BetterAuthOptions>
  readonly plugin?: Partial<CountersignOptions>
}

/** A Better Auth as somebody has it who does not know us yet. */
export function ownAuth(
  database: Database,
  {
    plugins = [admin(), twoFactor({ skipVerificationOnEnable: true })],
    ...given
  }: Partial<BetterAuthOptions> = {},
) {
  return {
    baseURL: ORIGIN,
    secret: 'the secret of Better Auth, of no other use',
    database: betterAuthDatabase(database),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    ...given,
    // Vitest sets NODE_ENV to test, which turns the check of the origin off.
    advanced: { disableOriginCheck: false, ...given.advanced },
    plugins,
  } satisfies BetterAuthOptions
}

/** The same with our plugin, over a database that has both migrations behind it. */
export async function startIssuer(database: Database, { auth: given = {}, plugin }: IssuerSetting) {
  const before = ownAuth(database, given)
  await (await getMigrations(before)).runMigrations()
  await migrateBetterAuth(withPlugin(database, given, plugin))
  // Another process: Better Auth looks at the schema once.
  const auth = withPlugin(database, given, plugin)
  return { ...callsTo(auth), auth }
}

export function withPlugin(
  database: Database,
  given: Partial<BetterAuthOptions> = {},
  plugin: Partial<CountersignOptions> = {},
) {
  const before = ownAuth(database, given)
  const signed = plugin.signing ? {} : { secret: JWT_SECRET }
  const options = { database, audience: AUDIENCE, clients: [API], ...signed, ...plugin }
  return betterAuth({ ...before, plugins: [...before.plugins, countersign(options)] })
}

type Handler = { handler(request: Request): Promise<Response> }

/** What a browser on the origin does, and what APIs do. */
export function callsTo(auth: Handler) {
  const get = (path: string, headers: Record<string, string> = {}) =>
    auth.handler(new Request(ISSUER + path, { headers }))
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    auth.handler(
      new Request(ISSUER + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: ORIGIN, ...headers },
        body: JSON.stringify(body),
      }),
    )
  const refresh = (cookie: string, headers: Record<string, string> = {}) =>
    post('/countersign/refresh', {}, { Cookie: cookie, ...headers })
  const enter = async (path: string, body: object) => {
    const answer = await post(path, body)
    expect({ path, status: answer.status }).toEqual({ path, status: 200 })
    return cookiesOf(answer)
  }
  return {
    get,
    post,
    refresh,
    /** A new account; gives the cookies of its session. */
    signUp: (email = newEmail()) =>
      enter('/sign-up/email', { email, password: PASSWORD, name: 'Ada' }),
    signIn: (email: string, password = PASSWORD) => enter('/sign-in/email', { email, password }),
    /** The access token of a session. */
    async token(cookie: string): Promise<string> {
      const answer = await refresh(cookie)
      expect(answer.status).toBe(200)
      return ((await answer.json()) as { accessToken: string }).accessToken
    },
    /** An API of the issuer, whose requests go to the handler. */
    verifier: (given: Partial<VerifierOptions>) =>
      createVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['HS256'],
        ...(given.jwksUri ? {} : { secret: JWT_SECRET }),
        fetch: (url, init) => auth.handler(new Request(url, init)),
        onWarning: () => {},
        ...given,
      }),
  }
}

/** `name=value` of every cookie that an answer sets and does not take away. */
export function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .filter((cookie) => !/max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

let accounts = 0
export const newEmail = (): string => {
  accounts += 1
  return `ada.${process.pid}.${accounts}@example.com`
}
