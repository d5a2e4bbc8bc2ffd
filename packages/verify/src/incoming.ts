/**
 * Requests and answers of `node:http`, for the adapters that stand on them.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '@countersign/core'
import type { Authenticate, Outcome } from './authenticate.js'
import { hasFormToken, type RequestFacts } from './bearer.js'
import { answerOf, type Refusal } from './refusal.js'
import type { Carried, Requirement } from './requirement.js'

/** What a request carries: not even looked at if nothing has set `identity`. */
export function carriedBy(request: object): Carried {
  return 'identity' in request ? (request.identity as Identity | undefined) : null
}

/** Puts the identity on a request that passes; answers why another does not. */
export function identify(
  authenticate: Authenticate,
  request: { identity?: Identity | undefined },
  facts: RequestFacts,
): ReturnType<Requirement> {
  const conclude = (outcome: Outcome): Refusal | undefined => {
    if (!outcome.refusal) request.identity = outcome.identity
    return outcome.refusal
  }
  const outcome = authenticate(facts)
  return outcome instanceof Promise ? outcome.then(conclude) : conclude(outcome)
}

/** @param request `body` counts where something has parsed it; Express cuts `url` at routers */
export function factsOf(
  request: IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string },
): RequestFacts {
  const { body } = request
  return {
    authorization: authorizationOf(request.rawHeaders),
    url: request.originalUrl ?? request.url ?? '',
    hasFormToken: body !== undefined && hasFormToken(body, request.headers['content-type']),
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

/**
 * All `Authorization` fields. The parsed headers have the first of several only, the others are
 * dropped in silence; and they are made when they are first read, which costs more than a look here.
 */
function authorizationOf(rawHeaders: readonly string[]): string | undefined {
  let value: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length !== NAME.length || name.toLowerCase() !== NAME) continue
    const field = rawHeaders[index + 1] as string
    value = value === undefined ? field : `${value}, ${field}`
  }
  return value
}
