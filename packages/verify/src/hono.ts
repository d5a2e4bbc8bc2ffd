/**
 * Hono: `app.use('/api/*', countersign(verifier))`, then `c.get('identity')`.
 * @module
 */
import type { Identity } from '@countersign/core'
import type { Context, MiddlewareHandler } from 'hono'
import {
  type CountersignOptions,
  createAuthenticate,
  type Outcome,
  type TokenVerifier,
} from './authenticate.js'
import { answerOf, type Refusal } from './refusal.js'
import { type Carried, freshRequirement, type Requirement, roleRequirement } from './requirement.js'

/** What `countersign` sets: `new Hono<{ Variables: CountersignVariables }>()`. */
export type CountersignVariables<Who = Identity> = { identity: Who }

type Middleware<Who = Identity> = MiddlewareHandler<{ Variables: CountersignVariables<Who> }>

/** Lets requests with a good bearer token pass; answers any other as a problem (RFC 9457). */
export function countersign(
  verifier: TokenVerifier,
  options: CountersignOptions & { readonly optional: true },
): Middleware<Identity | undefined>
export function countersign(verifier: TokenVerifier, options?: CountersignOptions): Middleware
export function countersign(
  verifier: TokenVerifier,
  options?: CountersignOptions,
): MiddlewareHandler {
  const authenticate = createAuthenticate(verifier, options)
  return (c, next) => {
    const conclude = (outcome: Outcome): ReturnType<MiddlewareHandler> => {
      if (outcome.refusal) return Promise.resolve(refuse(c, outcome.refusal))
      c.set('identity', outcome.identity)
      return next()
    }
    const outcome = authenticate({ authorization: c.req.header('authorization'), url: c.req.url })
    return outcome instanceof Promise ? outcome.then(conclude) : conclude(outcome)
  }
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

function demand(requirement: Requirement): Middleware {
  return async (c: Context, next) => {
    const refusal = await requirement(carriedBy(c))
    if (refusal) return refuse(c, refusal)
    await next()
  }
}

/** Whether there is an `undefined` is only asked where it matters: `c.var` is made anew each time. */
function carriedBy(c: Context): Carried {
  return c.get('identity') ?? ('identity' in c.var ? undefined : null)
}

/** Headers that were set before, such as those of CORS, stay. */
function refuse(c: Context, refusal: Refusal): Response {
  const { status, headers, body } = answerOf(refusal)
  return c.body(body, status as 401, { ...headers })
}
