import { createServer as createHttp, type Server } from 'node:http'
import {
  type AccessTokenClaims,
  hmacKey,
  type Jwk,
  problemResponse,
  TokenError,
  verificationKeyFromJwk,
  verifyAccessToken,
} from '@countersign/core'
import { getRequestListener } from '@hono/node-server'
import { openPostgres } from '../src/database/postgres.js'
import type { ServerOptions } from '../src/options.js'
import { createServer } from '../src/server.js'
import { emptyPostgres } from './databases.js'
import { AUDIENCE, PASSWORD, serverOptions } from './server-fixture.js'

export const JWT_SECRET = 'the-shared-secret-of-tokens-0123456789'
export const ACCOUNT = { email: 'probe@example.com', password: PASSWORD }

type Fetch = (request: Request) => Promise<Response>

/** Serves a fetch handler on a free port of localhost. */
async function serve(fetch: Fetch, port = 0): Promise<{ url: string; http: Server }> {
  const http = createHttp(getRequestListener(fetch))
  await new Promise<void>((resolve) => void http.listen(port, 'localhost', resolve))
  const address = http.address()
  const chosen = typeof address === 'object' && address ? address.port : 0
  return { url: `http://localhost:${chosen}`, http }
}

export interface AuthSetUp {
  readonly options?: Partial<ServerOptions>
  /** What is done to an answer on its way. */
  readonly tamper?: (answer: Response, path: string) => Response
}

/** Auth servers on one database, each at an address of its own. */
export async function authServers() {
  const place = await emptyPostgres()
  const database = openPostgres({ url: place.url })
  const undo: (() => unknown)[] = [place.drop, () => database.close()]
  let hasAccount = false
  return {
    databaseUrl: place.url,
    /** @returns its address, under which it also issues */
    async start({ options = {}, tamper = (answer) => answer }: AuthSetUp = {}): Promise<string> {
      let fetch: Fetch = async () => new Response(null, { status: 503 })
      const { url, http } = await serve((request) => fetch(request))
      const server = await createServer(serverOptions(database, { url, ...options }))
      undo.push(() => server.close())
      undo.push(
        () => void http.closeAllConnections(),
        () => void http.close(),
      )
      fetch = async (request) => tamper(await server.fetch(request), new URL(request.url).pathname)
      if (!hasAccount) {
        const headers = { 'Content-Type': 'application/json' }
        const body = JSON.stringify(ACCOUNT)
        await fetch(new Request(`${url}/api/auth/signup`, { method: 'POST', headers, body }))
        hasAccount = true
      }
      return url
    },
    async close() {
      while (undo.length > 0) await undo.pop()?.()
    },
  }
}

export interface ApiSetUp {
  readonly issuer: string
  readonly audience?: string
  readonly secret?: string
  /** Keys that it pinned, instead of those that are published. */
  readonly pinned?: readonly Jwk[]
  /** Claims as it judges them; `exp` may be left out. */
  readonly verifiesExp?: boolean
  /** Longest life of a token that it accepts; that of every verifier by default. */
  readonly maxLifetimeSeconds?: number
  /** How far its clock is off, in seconds. */
  readonly clockSeconds?: number
  readonly headers?: Record<string, string>
}

/** An API in a few lines of its own: what people write, with one thing wrong. */
export async function startApi(setUp: ApiSetUp) {
  const { issuer, clockSeconds = 0, headers = {} } = setUp
  const now = () => Math.floor(Date.now() / 1000) + clockSeconds
  const { url, http } = await serve(async (request) => {
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '') ?? []
    const answer = token ? await judge(token, setUp, now) : problemResponse('missing_token')
    answer.headers.set('Date', new Date(now() * 1000).toUTCString())
    answer.headers.set('Cache-Control', 'no-store')
    for (const [name, value] of Object.entries(headers)) {
      answer.headers.set(
        name,
        value === 'THE ORIGIN' ? (request.headers.get('origin') ?? '') : value,
      )
    }
    return answer
  })
  const close = () => {
    http.closeAllConnections()
    http.close()
  }
  return { url: `${url}/api/v1/auth/me`, base: url, issuer, close }
}

async function judge(token: string, setUp: ApiSetUp, now: () => number): Promise<Response> {
  try {
    const { issuer, audience = AUDIENCE, secret, verifiesExp = true, maxLifetimeSeconds } = setUp
    const keys = secret ? [hmacKey(secret)] : await publishedBy(setUp)
    const exp = verifiesExp ? undefined : expOf(token)
    const { sub } = verifyAccessToken(token, {
      keys,
      algorithms: keys.map(({ algorithm }) => algorithm),
      issuer,
      audience,
      ...(maxLifetimeSeconds ? { maxLifetimeSeconds } : {}),
      now: () => (exp === undefined ? now() : Math.min(now(), exp - 1)),
    })
    return Response.json({ userId: sub })
  } catch (error) {
    if (error instanceof TokenError) return problemResponse(error.publicCode)
    return problemResponse('service_unavailable')
  }
}

async function publishedBy({ issuer, pinned }: ApiSetUp) {
  const keys = pinned ?? ((await (await fetch(`${issuer}/jwks`)).json()) as { keys: Jwk[] }).keys
  return keys.map(verificationKeyFromJwk)
}

function expOf(token: string): number | undefined {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  try {
    return (JSON.parse(claims) as AccessTokenClaims).exp
  } catch {
    return undefined
  }
}

/** Faults of an answer on its way. */
export function withoutSecure(answer: Response): Response {
  const cookies = answer.headers.getSetCookie()
  answer.headers.delete('Set-Cookie')
  for (const cookie of cookies) {
    answer.headers.append('Set-Cookie', cookie.replace('__Host-', '').replace('; Secure', ''))
  }
  return answer
}

export function openCors(answer: Response): Response {
  answer.headers.set('Access-Control-Allow-Origin', '*')
  return answer
}

export { AUDIENCE }
