import { CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT } from '@countersign/core'

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** The revocation feed of the fake auth server: a stream in memory (`spec/protocol.md` section 6). */
export interface FakeFeed {
  /** Connections so far. */
  readonly connections: number
  /** The `Authorization` of each. */
  readonly credentials: readonly (string | null)[]
  /** Answers a request for the feed. */
  open(request: Request): Response
  /** A session ended. */
  sessionEnded(sessionId: string): void
  /** The role changed: tokens of this user below `ver` are out of date. */
  roleChanged(userId: string, ver: number): void
}

export function createFakeFeed(issuer: string, now: () => number): FakeFeed {
  const streams: ReadableStreamDefaultController<Uint8Array>[] = []
  const credentials: (string | null)[] = []
  let cursor = 1
  const frame = (event: string, data: unknown) =>
    new TextEncoder().encode(`id: ${cursor}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

  const tell = (subject: Record<string, unknown>, events: Record<string, unknown>): void => {
    cursor += 1
    const sub_id = { format: 'complex', ...subject }
    const event = { iss: issuer, iat: Math.floor(now()), jti: String(cursor), sub_id, events }
    for (const stream of streams) stream.enqueue(frame('revocation', event))
  }
  const user = (sub: string) => ({ user: { format: 'iss_sub', iss: issuer, sub } })

  return {
    get connections() {
      return streams.length
    },
    credentials,
    open(request) {
      credentials.push(request.headers.get('authorization'))
      const body = new ReadableStream<Uint8Array>({
        start(stream) {
          streams.push(stream)
          const snapshot = { cursor: '1', complete: true, now: Math.floor(now()), events: [] }
          stream.enqueue(frame('snapshot', snapshot))
        },
      })
      return new Response(body, { headers: EVENT_STREAM })
    },
    sessionEnded(id) {
      const event = { event_timestamp: now(), reason_admin: { en: 'signed_out' } }
      tell(
        { ...user('somebody'), session: { format: 'opaque', id } },
        { [SESSION_REVOKED_EVENT]: event },
      )
    },
    roleChanged(sub, ver) {
      tell(user(sub), { [CLAIMS_CHANGE_EVENT]: { event_timestamp: now(), ver, claims: { ver } } })
    },
  }
}
