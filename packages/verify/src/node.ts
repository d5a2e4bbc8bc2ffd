/**
 * Plain `node:http`: `createServer(signedIn((request, response) => …))`.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '@countersign/core'
import { type CountersignOptions, createAuthenticate, type TokenVerifier } from './authenticate.js'
import { carriedBy, factsOf, refuse } from './incoming.js'
import { freshRequirement, type Requirement, roleRequirement } from './requirement.js'

/** A request that passed. */
export type SignedRequest<Who = Identity> = IncomingMessage & { identity: Who }

/** A listener of requests that passed. */
export type SignedListener<Who = Identity> = (
  request: SignedRequest<Who>,
  response: ServerResponse,
) => unknown

/** A listener of any request, for `createServer`. It rejects where the wrapped one throws. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Lets requests with a good bearer token reach a listener, with `request.identity`; answers any
 * other as a problem (RFC 9457).
 *
 * ```ts
 * const signedIn = countersign(verifier)
 * createServer(signedIn((request, response) => response.end(request.identity.userId)))
 * ```
 */
export function countersign(
  verifier: TokenVerifier,
  options: CountersignOptions & { readonly optional: true },
): (listener: SignedListener<Identity | undefined>) => Listener
export function countersign(
  verifier: TokenVerifier,
  options?: CountersignOptions,
): (listener: SignedListener) => Listener
export function countersign(verifier: TokenVerifier, options?: CountersignOptions) {
  const authenticate = createAuthenticate(verifier, options)
  return (listener: SignedListener<never>): Listener =>
    async (request, response) => {
      const decided = authenticate(factsOf(request))
      const outcome = decided instanceof Promise ? await decided : decided
      if (outcome.refusal) return refuse(response, outcome.refusal)
      const signed = request as SignedRequest<never>
      signed.identity = outcome.identity as never
      await listener(signed, response)
    }
}

/**
 * Lets identities with any of the roles pass; answers 403 `insufficient_role` if not:
 * `signedIn(requireRole('admin')(listener))`.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function requireRole(...roles: readonly string[]): (listener: SignedListener) => Listener {
  return demand(roleRequirement(roles))
}

/** For routes that need a live revocation feed: a stale verifier introspects, or answers 503. */
export function requireFresh(): (listener: SignedListener) => Listener {
  return demand(freshRequirement())
}

function demand(requirement: Requirement): (listener: SignedListener) => Listener {
  return (listener) => async (request, response) => {
    const refusal = await requirement(carriedBy(request))
    if (refusal) return refuse(response, refusal)
    await listener(request as SignedRequest, response)
  }
}
