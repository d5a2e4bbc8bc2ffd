import type { IncomingMessage } from 'node:http'
import type { PlainAnswer } from '@countersign/core'
import type { Caller } from './caller.js'
import type { AppContext } from './services.js'

/** Headers by their names in any case: those of the Fetch API, or what Node.js parsed. */
export interface HeaderReader {
  get(name: string): string | null
  has(name: string): boolean
}

/** Who sends a request, and what its headers say. */
export interface Sender {
  readonly headers: HeaderReader
  readonly caller: Caller
}

/** A request as an endpoint sees it, whichever way it came. */
export interface Call extends Sender {
  /** The body, which is known to be UTF-8 and small. Empty if there is none. */
  readonly text: string
}

/** Answers a call, or throws what `answerError` explains. */
export type Endpoint = (call: Call) => PlainAnswer | Promise<PlainAnswer>

/** The sender of a request that came through Hono. */
export function senderOf(c: AppContext): Sender {
  return { headers: c.req.raw.headers, caller: c.get('caller') }
}

/** The headers that Node.js parsed. It must join those that come twice, as the Fetch API does. */
export function incomingHeaders({ headers }: IncomingMessage): HeaderReader {
  const get = (name: string): string | null => {
    const value = headers[name.toLowerCase()]
    return typeof value === 'string' ? value : null
  }
  return { get, has: (name) => get(name) !== null }
}

/** A call that came through Hono. */
export async function callOf(c: AppContext): Promise<Call> {
  return { ...senderOf(c), text: c.req.method === 'GET' ? '' : await c.req.text() }
}

export function toResponse({ status, headers, body }: PlainAnswer): Response {
  return new Response(body, { status, headers })
}

/** A successful answer. */
export function jsonOf(value: object, headers: Readonly<Record<string, string>> = {}): PlainAnswer {
  const body = JSON.stringify(value)
  return { status: 200, headers: { 'Content-Type': 'application/json', ...headers }, body }
}
