import { type LookupAddress, lookup } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './address-range.js'

/** `any` lets calls go to this machine and its network, and over plain http: for development. */
export type OutgoingAddresses = 'public' | 'any'

/** A call of ours to another server that did not come about, or that it could not answer. */
export class OutgoingError extends Error {
  override readonly name = 'OutgoingError'
}

export interface OutgoingInit {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

export type OutgoingFetch = (url: string, init?: OutgoingInit) => Promise<Response>

const DEADLINE_MILLISECONDS = 8000
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Calls a server whose address comes from a configuration or from what another server says. Names
 * are looked up once and the connection goes to what was looked at, so that no name leads into our
 * own network (GHSA-5rr4-8452-hf4v); redirects are not followed, answers are bounded.
 * @throws OutgoingError also for a redirect and for an answer of 429 or 5xx
 */
export function outgoingFetch(addresses: OutgoingAddresses): OutgoingFetch {
  return async (text, init = {}) => {
    const url = new URL(text)
    assertAllowed(url, addresses)
    try {
      const answer = await send(url, init, addresses)
      return await toResponse(answer)
    } catch (error) {
      if (error instanceof OutgoingError) throw error
      throw new OutgoingError(`${url.host} could not be asked`, { cause: error })
    }
  }
}

function assertAllowed({ protocol, hostname, host }: URL, addresses: OutgoingAddresses): void {
  if (addresses === 'any' && protocol === 'http:') return
  if (protocol !== 'https:') throw new OutgoingError(`${host} must be asked over https`)
  if (addresses === 'any') return
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
    throw new OutgoingError(`${host} is no public address`)
  }
}

function send(url: URL, init: OutgoingInit, addresses: OutgoingAddresses) {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const options = {
    method: init.method ?? 'GET',
    headers: { 'User-Agent': 'countersign', ...init.headers },
    // A connection that is kept might have been made by other rules.
    agent: false,
    signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
    ...(addresses === 'any' ? {} : { lookup: lookupPublic }),
  }
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, options, resolve)
    sent.once('error', reject)
    sent.end(init.body === undefined || init.body === null ? undefined : String(init.body))
  })
}

/** Looks a name up as Node.js does, and refuses it whole if one of its addresses is not public. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[] | string) => {
    if (error) return callback(error, '')
    const all = Array.isArray(found) ? found : []
    const [first] = all
    if (!first || !all.every(({ address }) => isPublicAddress(address))) {
      return callback(new OutgoingError(`${hostname} has an address that is not public`), '')
    }
    if (options.all) return callback(null, all)
    callback(null, first.address, first.family)
  })
}

async function toResponse(answer: IncomingMessage): Promise<Response> {
  const status = answer.statusCode ?? 0
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    size += (chunk as Buffer).byteLength
    if (size > MAX_ANSWER_BYTES) throw new OutgoingError('the answer is too large')
    chunks.push(chunk as Buffer)
  }
  if (status === 429 || status >= 500 || (status >= 300 && status < 400) || status < 200) {
    throw new OutgoingError(`the answer was ${status}`)
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    if (typeof value === 'string') headers.set(name, value)
  }
  const hasBody = status !== 204 && status !== 205
  return new Response(hasBody ? Buffer.concat(chunks) : null, { status, headers })
}
