/**
 * Express 5 and 4: `app.use('/api', countersign(verifier))`, then `req.identity`.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '@countersign/core'
import { type CountersignOptions, createAuthenticate, type TokenVerifier } from './authenticate.js'

import { carriedBy, factsOf, identify, refuse } from './incoming.js'
import type { Refusal } from './refusal.js'
import { freshRequirement, identityIn, type Requirement, roleRequirement } from './requirement.js'

declare global {
  namespace Express {
    interface Request {
      /** Who the request speaks for, behind `countersign`. */
      identity?: Identity | undefined
    }
  }
}

/** A middleware. It is a `RequestHandler` of every version of Express. */
export type Middleware = (
  request: IncomingMessage & { identity?: Identity | undefined },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void | Promise<void>

/** Lets requests with a good bearer token pass; answers any other as a problem (RFC 9457). */
export function countersign(verifier: TokenVerifier, options?: CountersignOptions): Middleware {
  const authenticate = createAuthenticate(verifier, options)
  return middleware((request) => identify(authenticate, request, factsOf(request)))
}

/**
 * Lets identities with any of the roles pass; answers 403 `insufficient_role` if not. Mount it
 * behind `countersign`.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function requireRole(...roles: readonly string[]): Middleware {
  return demand(roleRequirement(roles))
}

/** For routes that need a live revocation feed: a stale verifier introspects, or answers 503. */
export function requireFresh(): Middleware {
  return demand(freshRequirement())
}

/**
 * The identity where there must be one, so that no query runs with an undefined user.
 * @throws TypeError if the request is anonymous, or did not come through `countersign`
 */
export function identityOf(request: Parameters<Middleware>[0]): Identity {
  return identityIn(carriedBy(request))
}

function demand(requirement: Requirement): Middleware {
  return middleware((request) => requirement(carriedBy(request)))
}

type Judge = (request: Parameters<Middleware>[0]) => ReturnType<Requirement>

/** Express 4 does not look at promises, so errors are handed over here. */
function middleware(judge: Judge): Middleware {
  return (request, response, next) => {
    const conclude = (refusal: Refusal | undefined): void =>
      refusal ? refuse(response, refusal) : next()
    const verdict = judge(request)
    return verdict instanceof Promise ? verdict.then(conclude, next) : conclude(verdict)
  }
}
