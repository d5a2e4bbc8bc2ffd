/**
 * Requests and answers of `node:http`, for the adapters that stand on them.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authentication } from './authenticate.js'
import { hasFormToken, type RequestFacts } from './bearer.js'
import { answerOf, type Refusal } from './refusal.js'

const PASSED = Symbol('countersign')

interface Marked {
  [PASSED]?: Authentication
}

/** Remembers, on a request of any framework, how it passed. */
export function remember(request: object, passed: Authentication): void {
  ;(request as Marked)[PASSED] = passed
}

/** How the request passed `countersign`, if it did. */
export function recall(request: object): Authentication | undefined {
  return (request as Marked)[PASSED]
}

/** @param request `body` counts where something has parsed it; Express cuts `url` at routers */
export function factsOf(
  request: IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string },
): RequestFacts {
  const { body, headers } = request
  return {
    authorization: authorizationOf(request),
    url: request.originalUrl ?? request.url ?? '',
    hasFormToken: body !== undefined && hasFormToken(body, headers['content-type']),
  }
}

/** Sends a refusal. Headers that were set before, such as those of CORS, stay. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, body } = answerOf(refusal)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}

const NAME = 'authorization'

/** Node.js keeps the first of several `Authorization` fields and drops the others in silence. */
function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  let value = headers.authorization
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length !== NAME.length || name.toLowerCase() !== NAME) continue
    count += 1
    if (count > 1) value += `, ${rawHeaders[index + 1]}`
  }
  return value
}
