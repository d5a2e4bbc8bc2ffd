import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Database } from '../src/database/database.js'
import { basic } from './server-fixture.js'

/** The credential of an API that reads the feed. */
export const API = {
  id: 'todo-api',
  secret: 'the-secret-of-the-api-0123456789abcdef',
  scopes: ['revocations:read', 'tokens:introspect'] as const,
}
export const AS_API = basic(API.id, API.secret)
export const SSE = { ...AS_API, Accept: 'text/event-stream' }
export const JSON_FEED = { ...AS_API, Accept: 'application/json' }

export interface SecurityEvent {
  readonly jti: string
  readonly sub_id: {
    readonly user: { readonly sub: string }
    readonly session?: { readonly id: string }
  }
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Snapshot {
  readonly cursor: string
  readonly complete: boolean
  readonly now: number
  readonly events: readonly SecurityEvent[]
}

export interface Frame {
  readonly event: string
  readonly id: string
  readonly data: SecurityEvent & Snapshot
}

export type FeedReader = ReturnType<typeof readFeed>

/** Reads an event stream frame by frame. */
export function readFeed(answer: Response) {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  if (!answer.body) throw new Error('the answer has no body')
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''

  const frame = async (): Promise<Frame | undefined> => {
    for (;;) {
      const end = rest.indexOf('\n\n')
      if (end >= 0) {
        const text = rest.slice(0, end)
        rest = rest.slice(end + 2)
        return parseFrame(text)
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      rest += value
    }
  }
  /** The next frame of a kind; heartbeats come when they want to. */
  const next = async (event: string): Promise<Frame> => {
    for (;;) {
      const read = await frame()
      if (!read) throw new Error('the feed ended')
      if (read.event === event) return read
    }
  }
  return {
    frame,
    next,
    snapshot: async (): Promise<Snapshot> => (await next('snapshot')).data,
    /** The next revocation of a session. */
    async session(id: string): Promise<Frame> {
      for (;;) {
        const read = await next('revocation')
        if (read.data.sub_id.session?.id === id) return read
      }
    },
    close: () => reader.cancel(),
  }
}

function parseFrame(text: string): Frame {
  const fields = text.split('\n').map((line) => /^(\w+): (.*)$/.exec(line) ?? [])
  const {
    event = '',
    id = '',
    data = '',
  } = Object.fromEntries(fields.map(([, name, value]) => [name, value]))
  return { event, id, data: JSON.parse(data) }
}

/** Ids of the sessions in a snapshot. */
export const sessionsIn = ({ events }: Snapshot): (string | undefined)[] =>
  events.map(({ sub_id }) => sub_id.session?.id)

/** Announces the end of a session that nobody had; gives its id. */
export async function revoke(database: Pick<Database, 'query'>): Promise<string> {
  const id = randomUUID()
  await database.query({
    text: `insert into countersign_revocations (session_id, user_id, reason)
           values ($1, 'somebody', 'signed_out')`,
    values: [id],
  })
  return id
}
