import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT } from '@countersign/core'
import { vi } from 'vitest'
import { ISSUER, NOW } from './fixtures.js'

/** A real server on a free loopback port that plays the auth server by a script. */
export interface FeedServer {
  readonly origin: string
  readonly url: string
  /** Requests so far. */
  readonly requests: readonly IncomingMessage[]
  /** Answers to requests that were left open by the script, in their order. */
  readonly open: readonly ServerResponse[]
  /** What every request is answered with from now on. */
  script(listener: RequestListener): void
  /** The n-th request, counted from 1, once it is there. */
  request(n: number): Promise<IncomingMessage>
  /** Ends all connections; the port answers no more until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startFeedServer(): Promise<FeedServer> {
  const requests: IncomingMessage[] = []
  const open: ServerResponse[] = []
  let listener: RequestListener = (_, response) => response.writeHead(500).end()
  const server = createServer((request, response) => {
    requests.push(request)
    open.push(response)
    response.on('close', () => open.splice(open.indexOf(response), 1))
    listener(request, response)
  })
  const start = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await start(0)
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    url: `${origin}/revocations`,
    requests,
    open,
    script(next) {
      listener = next
    },
    request: (n) =>
      vi.waitFor(() => {
        const request = requests[n - 1]
        if (!request) throw new Error(`there were ${requests.length} requests, not ${n}`)
        return request
      }, WAIT),
    async stop() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    start: () => start(port),
  }
}

/** Generous: a loaded machine is slow. */
export const WAIT = { timeout: 20_000, interval: 5 }

/** Opens an event stream with these frames, and leaves it open. */
export function stream(...frames: readonly string[]): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(`: hello\n\n${frames.join('')}`)
  }
}

/** Answers with JSON. */
export function json(body: unknown, status = 200): RequestListener {
  return (_, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

export function frame(event: string, id: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

export const snapshotBody = (events: readonly unknown[] = [], complete = true, cursor = '41') => ({
  cursor,
  complete,
  now: NOW,
  events,
})
export const snapshot = (events: readonly unknown[] = [], complete = true, cursor = '41') =>
  frame('snapshot', cursor, snapshotBody(events, complete, cursor))
export const revocation = (event: unknown, id = '42') => frame('revocation', id, event)
export const heartbeat = (cursor = '42') => frame('heartbeat', cursor, { cursor, now: NOW })

const user = (sub: string) => ({ format: 'iss_sub', iss: ISSUER, sub })

/** The session of a token ended. */
export function sessionEnded(id = 'session-1') {
  return {
    ...{ iss: ISSUER, iat: NOW, jti: '42' },
    sub_id: { format: 'complex', user: user('user-1'), session: { format: 'opaque', id } },
    events: { [SESSION_REVOKED_EVENT]: { event_timestamp: NOW } },
  }
}

/** The role of a user changed: tokens with a lower `ver` are outdated. */
export function roleChanged(ver: number, sub = 'user-1') {
  return {
    ...{ iss: ISSUER, iat: NOW, jti: '43' },
    sub_id: { format: 'complex', user: user(sub) },
    events: { [CLAIMS_CHANGE_EVENT]: { ver, claims: { ver, role: 'admin' } } },
  }
}
