import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AccessTokenClaims,
  generatePrivateJwk,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'

export const AUDIENCE = 'todo-api'
export const API_CLIENT = { id: 'todo-api', secret: 'a-secret-of-the-contract-test-0123456789' }
/** Its end is in the feed from the beginning. */
export const REVOKED_SESSION = 'a-session-that-ended'

const HEARTBEAT_MS = 2_000
const LIFETIME_SECONDS = 900

/** As much of an auth server as an API sees: its keys and its feed of revocations. */
export interface Issuer {
  readonly url: string
  /** A token of the published key. */
  token(userId: string, claims?: Partial<AccessTokenClaims>): string
  /** A token that claims the published key, signed with another. */
  forged(userId: string): string
  close(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  const jwk = await generatePrivateJwk('EdDSA')
  const key = signingKeyFromJwk(jwk)
  const other = { ...signingKeyFromJwk(await generatePrivateJwk('EdDSA')), kid: key.kid }
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/api/auth/jwks') return answer(response, { keys: [publicJwk(jwk)] })
    if (path === '/api/auth/revocations') return answerFeed(request, response, issuer)
    answer(response, { code: 'not_found' }, 404)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${url}/api/auth`
  const claimsFor = (userId: string) => claims(issuer, userId)
  return {
    url,
    token: (userId, changes = {}) => signAccessToken({ ...claimsFor(userId), ...changes }, key),
    forged: (userId) => signAccessToken(claimsFor(userId), other),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function claims(iss: string, sub: string): AccessTokenClaims {
  const iat = Math.floor(Date.now() / 1000)
  return {
    ...{ iss, aud: AUDIENCE, sub, client_id: 'todo-web', sid: `session-of-${sub}` },
    ...{ jti: randomUUID(), iat, exp: iat + LIFETIME_SECONDS },
    ...{ email: `${encodeURIComponent(sub)}@example.test`, role: 'user', ver: 1 },
  }
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** `spec/protocol.md`, "Revocation feed": a snapshot, then nothing but heartbeats. */
function answerFeed(request: IncomingMessage, response: ServerResponse, issuer: string): void {
  const { id, secret } = API_CLIENT
  const wanted = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  if (request.headers.authorization !== wanted) {
    answer(response, { code: 'invalid_client' }, 401)
    return
  }
  const now = () => Math.floor(Date.now() / 1000)
  const snapshot = { cursor: '1', complete: true, now: now(), events: [ended(issuer, now())] }
  if (!request.headers.accept?.includes('text/event-stream')) {
    answer(response, snapshot)
    return
  }
  const send = (event: string, data: object) =>
    response.write(`id: 1\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  send('snapshot', snapshot)
  const timer = setInterval(() => send('heartbeat', { cursor: '1', now: now() }), HEARTBEAT_MS)
  response.once('close', () => clearInterval(timer))
}

function ended(iss: string, at: number): object {
  const user = { format: 'iss_sub', iss, sub: 'somebody' }
  const session = { format: 'opaque', id: REVOKED_SESSION }
  const type = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
  const reason = { event_timestamp: at, reason_admin: { en: 'signed_out' } }
  const subject = { format: 'complex', user, session }
  return { iss, iat: at, jti: '1', sub_id: subject, events: { [type]: reason } }
}
