import type { IncomingMessage, ServerResponse } from 'node:http'
import { BASE_PATH, type PlainAnswer } from '@countersign/core'
import { answerError, describeError } from './answer-error.js'
import { guardAgainstForgery } from './browser-guard.js'
import { type Endpoint, type HeaderReader, incomingHeaders } from './call.js'
import { readCaller } from './caller.js'
import type { Endpoints } from './endpoints.js'
import { createExchanges } from './exchange.js'
import { jsonText, MAX_BODY_BYTES } from './request-body.js'
import type { Services } from './services.js'
import { standardHeaders } from './standard-headers.js'

/** Takes a request and answers it, or leaves it alone and says so. */
export type Lane = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

const PLAIN_HOST = /^[a-z0-9.-]+(:\d{1,5})?$/i
const NO_BYTES = Buffer.alloc(0)

/**
 * Answers what is asked most often from Node's own objects. `Request`, `Response` and a router cost
 * more than a rotation does. The rules are those of the other way, function by function; a request
 * of an unusual shape is left to that other way.
 */
export function createLane(services: Services, endpoints: Endpoints): Lane {
  const { options } = services
  const answer = createAnswerer(services)
  const begin = createExchanges(services, standardHeaders(options.origin, options.trustedOrigins))
  const taken = new Map<string, readonly [path: string, endpoint: Endpoint]>([
    ['POST', [`${BASE_PATH}/refresh`, endpoints.refresh]],
    ['GET', [`${BASE_PATH}/me`, endpoints.me]],
  ])

  const serve = async (
    endpoint: Endpoint,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> => {
    const { method = '', url = '' } = incoming
    const headers = incomingHeaders(incoming)
    const exchange = begin(method, url, headers)
    const bytes = await bodyOf(incoming)
    const request = { method, headers, incoming, bytes }
    const { status, body, headers: own } = await answer(endpoint, request, exchange.requestId)
    const always = exchange.end({ status, headers: { has: (name) => name in own } })
    const length = String(Buffer.byteLength(body))
    outgoing.writeHead(status, [...always, ...Object.entries(own).flat(), 'Content-Length', length])
    outgoing.end(body)
  }

  return (incoming, outgoing) => {
    const [path, endpoint] = taken.get(incoming.method ?? '') ?? []
    if (!endpoint || incoming.url !== path || !isPlain(incoming)) return false
    serve(endpoint, incoming, outgoing).catch((error: unknown) => {
      // Nobody else would hear of it, and a rejection that nobody hears ends the process.
      services.log.error({ error: describeError(error) }, 'an answer could not be sent')
      outgoing.destroy()
    })
    return true
  }
}

interface LaneRequest {
  readonly method: string
  readonly headers: HeaderReader
  readonly incoming: IncomingMessage
  readonly bytes: Uint8Array
}

/** What `admit`, `expectJson` and `onError` are around a route of Hono. */
function createAnswerer({ options, proxies, log }: Services) {
  return async (
    endpoint: Endpoint,
    { method, headers, incoming, bytes }: LaneRequest,
    requestId: string,
  ): Promise<PlainAnswer> => {
    try {
      const caller = readCaller(headers, { incoming, requestId }, proxies)
      guardAgainstForgery({ method, headers }, options.trustedOrigins)
      const text = jsonText(bytes, headers.get('content-type'))
      return await endpoint({ headers, caller, text })
    } catch (error) {
      return answerError(error, requestId, log)
    }
  }
}

/** A usual host, and a body that says that it is small, if there is one. */
function isPlain({ method, headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined || !PLAIN_HOST.test(headers.host ?? ''))
    return false
  const length = Number(headers['content-length'] ?? 0)
  return method === 'GET' ? length === 0 : length <= MAX_BODY_BYTES
}

/** Node.js has already held the body against its length. A body that breaks off is never answered. */
function bodyOf(incoming: IncomingMessage): Promise<Uint8Array> | Uint8Array {
  if (Number(incoming.headers['content-length'] ?? 0) === 0) return NO_BYTES
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const [first = NO_BYTES] = chunks
      resolve(chunks.length === 1 ? first : Buffer.concat(chunks))
    })
  })
}
