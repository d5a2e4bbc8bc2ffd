/**
 * What a route may ask of a request that passed `countersign`.
 * @module
 */
import type { Identity } from '@countersign/core'
import type { Authentication } from './authenticate.js'
import { type Refusal, refusalOf } from './refusal.js'

/** Looks at a request that passed; answers why it does not pass here. */
export type Requirement = (
  passed: Authentication | undefined,
) => Refusal | undefined | Promise<Refusal | undefined>

/**
 * The identity has any of the roles: there is no hierarchy. Anonymous requests have none.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function roleRequirement(roles: readonly string[]): Requirement {
  if (roles.length === 0 || !roles.every(isRole)) throw new TypeError('requireRole needs roles')
  return (passed) => {
    const { identity } = mounted(passed, 'requireRole')
    if (!identity) return { code: 'missing_token' }
    return roles.includes(identity.role) ? undefined : { code: 'insufficient_role' }
  }
}

/** The token is good by what is known right now: a stale verifier introspects, or refuses. */
export function freshRequirement(): Requirement {
  return async (passed) => {
    const { identity, token, verifier } = mounted(passed, 'requireFresh')
    if (!identity) return { code: 'missing_token' }
    try {
      await verifier.verify(token, { whenStale: 'introspect' })
      return undefined
    } catch (error) {
      return refusalOf(error)
    }
  }
}

/** @throws TypeError if the request is anonymous, or did not come through `countersign` */
export function identityIn(passed: Authentication | undefined): Identity {
  const { identity } = mounted(passed, 'identityOf')
  if (!identity) throw new TypeError('the request is anonymous: authentication is optional here')
  return identity
}

/** A requirement that nothing stands in front of is a mistake in the program: fail closed. */
function mounted(passed: Authentication | undefined, name: string): Authentication {
  if (!passed) throw new TypeError(`${name} is not mounted behind countersign`)
  return passed
}

function isRole(role: unknown): boolean {
  return typeof role === 'string' && role !== '' && !role.includes(',')
}
