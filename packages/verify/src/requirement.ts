/**
 * What a route may ask of a request that passed `countersign`.
 * @module
 */
import type { Identity } from '@countersign/core'
import { originOf } from './authenticate.js'
import { type Refusal, refusalOf } from './refusal.js'

/** What a request carries: its identity, `undefined` if anonymous, `null` if not even looked at. */
export type Carried = Identity | undefined | null

/** Answers why a request does not pass here, if so. */
export type Requirement = (carried: Carried) => Refusal | undefined | Promise<Refusal | undefined>

/**
 * The identity has any of the roles: there is no hierarchy. Anonymous requests have none.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function roleRequirement(roles: readonly string[]): Requirement {
  if (roles.length === 0 || !roles.every(isRole)) throw new TypeError('requireRole needs roles')
  return (carried) => {
    if (carried === undefined) return { code: 'missing_token' }
    const { identity } = verified(carried, 'requireRole')
    return roles.includes(identity.role) ? undefined : { code: 'insufficient_role' }
  }
}

/** The token is good by what is known right now: a stale verifier introspects, or refuses. */
export function freshRequirement(): Requirement {
  return async (carried) => {
    if (carried === undefined) return { code: 'missing_token' }
    const { verifier, token } = verified(carried, 'requireFresh')
    try {
      await verifier.verify(token, { whenStale: 'introspect' })
      return undefined
    } catch (error) {
      return refusalOf(error)
    }
  }
}

/** @throws TypeError if the request is anonymous, or did not come through `countersign` */
export function identityIn(carried: Carried): Identity {
  if (carried !== undefined) return verified(carried, 'identityOf').identity
  throw new TypeError('the request is anonymous: authentication is optional here')
}

/** A requirement that nothing stands in front of is a mistake in the program: fail closed. */
function verified(identity: Identity | null, name: string) {
  const origin = identity && originOf(identity)
  if (!origin) throw new TypeError(`${name} is not mounted behind countersign`)
  return { identity, ...origin }
}

function isRole(role: unknown): boolean {
  return typeof role === 'string' && role !== '' && !role.includes(',')
}
