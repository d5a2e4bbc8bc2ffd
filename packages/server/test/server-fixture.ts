import { BASE_PATH, type ErrorCode } from '@countersign/core'
import { expect } from 'vitest'
import type { Database } from '../src/database/database.js'
import type { Bindings } from '../src/http/caller.js'
import { listen } from '../src/listen.js'
import type { ServerOptions } from '../src/options.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'

export const AUTH_ORIGIN = 'https://auth.example.com'
export const WEB_ORIGIN = 'https://app.example.com'
export const AUDIENCE = 'todo-api'
export const SECRET = 'abcdefghijklmnopqrstuvwxyz0123456789'
export const CLIENT = { id: 'todo-web', secret: 'the-secret-of-the-web-server-0123456789' }
export const PASSWORD = 'correct horse battery staple'
export const COOKIE = '__Host-cs_refresh'

/** Limits that no test meets by accident. */
const WIDE_LIMITS = {
  loginFailuresPerAccount: 10_000,
  loginFailuresPerIp: 10_000,
  signupsPerIp: 10_000,
  refreshesPerSession: 10_000,
  mailsPerAccount: 10_000,
  mailsPerIp: 10_000,
  checkFailuresPerUser: 10_000,
}

/** A session as a server-to-server caller gets it. */
export interface SessionBody {
  readonly accessToken: string
  readonly tokenType: string
  readonly expiresIn: number
  readonly refreshToken: string
  readonly refreshExpiresIn: number
  readonly user: {
    readonly id: string
    readonly email: string
    readonly name: string
    readonly role: string
  }
}

export type Account = SessionBody & { readonly email: string }
export type TestServer = Awaited<ReturnType<typeof startServer>>

/** Options that every test server has unless a test says otherwise. */
export function serverOptions(database: Database, given: Partial<ServerOptions> = {}) {
  return {
    url: AUTH_ORIGIN,
    secret: SECRET,
    audience: AUDIENCE,
    trustedOrigins: [WEB_ORIGIN],
    clients: [CLIENT],
    limits: WIDE_LIMITS,
    database,
    ...given,
  } satisfies ServerOptions
}

/** A server on a database of its own, called as its fetch handler. */
export async function startServer(
  given: Partial<ServerOptions> = {},
  open: () => Promise<TestDatabase> = postgres,
) {
  const { database, close } = await open()
  const server = await createServer(serverOptions(database, given))
  if (!transport.overSocket) return { ...callsTo(server), server, port: 0, database, close }
  const listening = await listen(server, { port: 0, host: '127.0.0.1' })
  const overSocket = { ...server, fetch: sendTo(`http://127.0.0.1:${listening.port}`) }
  return {
    ...callsTo(overSocket),
    server: overSocket,
    port: listening.port,
    database,
    close: async () => {
      await listening.close()
      await close()
    },
  }
}

/** How tests reach their servers: as a fetch handler, or over the socket of a real listener. */
export const transport = { overSocket: false }

/** Sends what a handler would have got to the same path of a real listener. */
function sendTo(origin: string): CountersignServer['fetch'] {
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const { method, headers } = request
    const body = request.body ? await request.arrayBuffer() : undefined
    const init = { method, headers, redirect: 'manual' as const }
    return fetch(origin + pathname + search, body ? { ...init, body } : init)
  }
}

/** The calls that tests make, as a server-to-server caller unless headers say otherwise. */
export function callsTo(server: Pick<CountersignServer, 'fetch'>) {
  const call = async (
    method: string,
    path: string,
    init: RequestInit & { readonly bindings?: Bindings } = {},
  ): Promise<Response> => {
    const { bindings, ...rest } = init
    const url = path.startsWith('/.well-known/o') ? path : BASE_PATH + path
    return server.fetch(new Request(AUTH_ORIGIN + url, { method, ...rest }), bindings)
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call('POST', path, {
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return {
    call,
    post,
    get: (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers }),

    /** A new account with its first session. */
    async signUp(headers: Record<string, string> = {}): Promise<Account> {
      const email = newEmail()
      const answer = await post('/signup', { email, password: PASSWORD, name: 'Ada' }, headers)
      expect(answer.status).toBe(201)
      return { ...((await answer.json()) as SessionBody), email }
    },

    /** A new account whose session a browser holds. */
    async signUpInBrowser(headers: Record<string, string> = {}) {
      const email = newEmail()
      const body = { email, password: PASSWORD }
      const answer = await post('/signup', body, { ...BROWSER, ...headers })
      expect(answer.status).toBe(201)
      return { email, cookie: cookieOf(answer), session: (await answer.json()) as SessionBody }
    },

    /** A state-changing call of a page on the web origin, without a body. */
    fromBrowser: (method: string, path: string, cookie: string, headers = {}) =>
      call(method, path, { headers: { ...BROWSER, ...NO_BODY, Cookie: cookie, ...headers } }),

    refresh: (refreshToken: string, headers: Record<string, string> = {}) =>
      post('/refresh', { refreshToken }, headers),
  }
}

/** Headers by which a browser on the web origin is known. */
export const BROWSER = { Origin: WEB_ORIGIN, 'Sec-Fetch-Site': 'same-site' } as const
export const NO_BODY = { 'X-Countersign': '1' } as const

export const basic = (id: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
export const bearer = (token: string): Record<string, string> => ({
  Authorization: `Bearer ${token}`,
})
export const AS_CLIENT = basic(CLIENT.id, CLIENT.secret)

/** Comes again as long as too many passwords wait to be hashed, as a slow machine makes them. */
export async function untilThereIsRoom(ask: () => Promise<Response>): Promise<Response> {
  const answer = await ask()
  return answer.status === 503 ? untilThereIsRoom(ask) : answer
}

let accounts = 0
export const newEmail = (): string => {
  accounts += 1
  return `ada.${process.pid}.${accounts}@example.com`
}

/** `name=value` of the refresh cookie that an answer sets. */
export function cookieOf(answer: Response): string {
  const [cookie = ''] = answer.headers.getSetCookie()
  return cookie.split(';')[0] ?? ''
}

/** Asserts a refusal: status and code, as problem+json that nobody may store. */
export async function expectProblem(
  answer: Response,
  status: number,
  code: ErrorCode,
): Promise<Record<string, unknown>> {
  const body = await answer.clone().text()
  expect({ status: answer.status, body }).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = JSON.parse(body) as Record<string, unknown>
  expect(problem).toMatchObject({ status, code, type: `urn:countersign:error:${code}` })
  return problem
}

/** How many rows each table has, but for the audit log, where a refusal leaves a line. */
export async function rowCounts(database: Database): Promise<Record<string, number>> {
  const tables = await database.query<{ name: string }>({
    text: `select tablename as name from pg_tables
           where schemaname = 'public' and tablename <> 'countersign_audit'
           order by 1`,
  })
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const text = `select count(*)::integer as count from "${name}"`
    const [row] = await database.query<{ count: number }>({ text })
    counts[name] = row?.count ?? 0
  }
  return counts
}

/** A database that remembers the statements which went straight to it. */
export function watched(database: Database): Database & { readonly statements: string[] } {
  const statements: string[] = []
  return {
    ...database,
    statements,
    query: (statement) => {
      statements.push(statement.text)
      return database.query(statement)
    },
  }
}
