/**
 * Hono: `app.use('/api/*', countersign(verifier))`, then `c.get('identity')`.
 * @module
 */
import { type Identity, problemResponse } from '@countersign/core'
import type { MiddlewareHandler } from 'hono'
import { authenticate } from './authenticate.js'
import type { Verifier } from './verifier.js'

/** What `countersign` sets: `new Hono<{ Variables: CountersignVariables }>()`. */
export type CountersignVariables = { identity: Identity }

interface CountersignEnv {
  Variables: CountersignVariables
}

/** Lets a request pass with a good bearer token only; answers any other as a problem (RFC 9457). */
export function countersign(verifier: Pick<Verifier, 'verify'>): MiddlewareHandler<CountersignEnv> {
  return async (c, next) => {
    const outcome = await authenticate(c.req.raw, verifier)
    if (outcome instanceof Response) return outcome
    c.set('identity', outcome)
    await next()
  }
}

/**
 * Lets a request pass if the identity has any of the roles; answers 403 `insufficient_role` if not.
 * Mount it behind `countersign`.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function requireRole(...roles: readonly string[]): MiddlewareHandler<CountersignEnv> {
  if (roles.length === 0 || !roles.every(isRole)) throw new TypeError('requireRole needs roles')
  return async (c, next) => {
    const identity = c.get('identity')
    if (!identity) throw new TypeError('requireRole is not mounted behind countersign')
    if (!roles.includes(identity.role)) return problemResponse('insufficient_role')
    await next()
  }
}

function isRole(role: unknown): boolean {
  return typeof role === 'string' && role !== '' && !role.includes(',')
}
