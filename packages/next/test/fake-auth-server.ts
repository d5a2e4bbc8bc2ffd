import { randomUUID } from 'node:crypto'
import {
  generatePrivateJwk,
  type PrivateJwk,
  problemResponse,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'
import { createFakeFeed, type FakeFeed } from './fake-feed.js'

export const SERVER_URL = 'http://auth.test'
export const AUDIENCE = 'todo-api'
export const PASSWORD = 'correct horse battery'

/** What a test may change while it runs. */
interface Behaviour {
  /** Answers instead of the server, if it returns something. */
  intercept?: ((call: Call) => Response | Promise<Response | undefined> | undefined) | undefined
  accessSeconds: number
  audience: string
  /** Whether tokens are signed with a key that is not in the key set. */
  signsWithUnknownKey: boolean
}

interface Call {
  readonly method: string
  readonly path: string
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

interface Row {
  readonly id: string
  readonly email: string
  readonly remember: boolean
  generation: number
  role: string
  ver: number
  endedFor?: string
}

/** The network edge: an auth server in memory whose refresh is idempotent, as the real one's is. */
export interface FakeAuthServer {
  readonly fetch: typeof globalThis.fetch
  readonly behaviour: Behaviour
  readonly calls: Call[]
  readonly rows: Map<string, Row>
  readonly count: (path: string) => number
  readonly end: (sessionId: string, reason: string) => void
  readonly feed: FakeFeed
}

let jwk: PrivateJwk | undefined
let unknownJwk: PrivateJwk | undefined

export async function startFakeAuthServer(now: () => number): Promise<FakeAuthServer> {
  jwk ??= await generatePrivateJwk('EdDSA')
  unknownJwk ??= await generatePrivateJwk('EdDSA')
  const key = signingKeyFromJwk(jwk)
  const unknownKey = signingKeyFromJwk(unknownJwk)
  const rows = new Map<string, Row>()
  const calls: Call[] = []
  const behaviour: Behaviour = {
    accessSeconds: 900,
    audience: AUDIENCE,
    signsWithUnknownKey: false,
  }
  const feed = createFakeFeed(`${SERVER_URL}/api/auth`, now)

  const accessToken = (row: Row): string => {
    const iat = Math.floor(now())
    return signAccessToken(
      {
        iss: `${SERVER_URL}/api/auth`,
        aud: behaviour.audience,
        sub: `user-${row.email}`,
        client_id: 'todo-web',
        sid: row.id,
        jti: randomUUID(),
        iat,
        exp: iat + behaviour.accessSeconds,
        email: row.email,
        role: row.role,
        ver: row.ver,
      },
      behaviour.signsWithUnknownKey ? unknownKey : key,
    )
  }

  const session = (row: Row, status = 200): Response =>
    Response.json(
      {
        accessToken: accessToken(row),
        tokenType: 'Bearer',
        expiresIn: behaviour.accessSeconds,
        refreshToken: `csr_${row.id}.${row.generation}`,
        refreshExpiresIn: row.remember ? 604_800 : 86_400,
        user: {
          id: `user-${row.email}`,
          email: row.email,
          name: 'Ada',
          image: null,
          role: row.role,
          emailVerified: false,
          createdAt: '2026-01-01T00:00:00.000Z',
          updatedAt: '2026-01-01T00:00:00.000Z',
        },
      },
      { status },
    )

  const find = (refreshToken: unknown): Row | undefined => {
    const [, id] = /^csr_([^.]+)\.\d+$/.exec(String(refreshToken)) ?? []
    return id ? rows.get(id) : undefined
  }

  const signIn = ({ body }: Call, status: number): Response => {
    if (body.password !== PASSWORD) return problemResponse('invalid_credentials')
    const email = String(body.email)
    const role = email.startsWith('admin') ? 'admin' : 'user'
    const remember = body.remember !== false
    const row: Row = { id: randomUUID(), email, remember, generation: 1, role, ver: 1 }
    rows.set(row.id, row)
    return session(row, status)
  }

  const refresh = ({ body }: Call): Response => {
    const row = find(body.refreshToken)
    if (!row) return problemResponse('refresh_invalid')
    if (row.endedFor) {
      return problemResponse('session_ended', { extensions: { reason: row.endedFor } })
    }
    if (body.refreshToken === `csr_${row.id}.${row.generation}`) row.generation += 1
    return session(row)
  }

  const bearerRow = ({ headers }: Call): Row | undefined =>
    find((headers.get('authorization') ?? '').replace('Bearer ', ''))

  const routes: Record<string, (call: Call) => Response> = {
    'POST /login': (call) => signIn(call, 200),
    'POST /signup': (call) => signIn(call, 201),
    'POST /refresh': refresh,
    'POST /logout': ({ body }) => {
      const row = find(body.refreshToken)
      if (row) row.endedFor ??= 'signed_out'
      return new Response(null, { status: 204 })
    },
    'GET /me': () => Response.json({ user: { id: 'user-1' }, session: { id: 's' } }),
    'GET /sessions': (call) =>
      bearerRow(call) ? Response.json({ sessions: [] }) : problemResponse('missing_token'),
    'DELETE /sessions': () => new Response(null, { status: 204 }),
    'GET /jwks': () => Response.json({ keys: [publicJwk(jwk as PrivateJwk)] }),
  }

  const answer = (call: Call): Response => {
    if (/^\/sessions\/.+/.test(call.path)) return new Response(null, { status: 204 })
    return routes[`${call.method} ${call.path}`]?.(call) ?? problemResponse('not_found')
  }

  return {
    behaviour,
    calls,
    feed,
    rows,
    count: (path) => calls.filter((call) => call.path === path).length,
    end: (sessionId, reason) => {
      const row = rows.get(sessionId)
      if (row) row.endedFor = reason
    },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const path = new URL(request.url).pathname.replace('/api/auth', '')
      if (path === '/revocations') return feed.open(request)
      const text = await request.text()
      const isForm = path === '/token'
      const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text || '{}')
      const { method, url, headers } = request
      const call: Call = { method, path, url, headers, body }
      calls.push(call)
      await new Promise((resolve) => setImmediate(resolve))
      return (await behaviour.intercept?.(call)) ?? answer(call)
    },
  }
}
