/**
 * Next.js route handlers, and every other runtime that maps a `Request` to a `Response`.
 * @module
 */
import type { Identity } from '@countersign/core'
import { type CountersignOptions, createAuthenticate, type TokenVerifier } from './authenticate.js'
import { responseOf } from './refusal.js'
import { freshRequirement, type Requirement, roleRequirement } from './requirement.js'

type Answer = Response | Promise<Response>

/** A handler behind `countersign`; `context` is what the runtime passes besides the request. */
export type SignedHandler<R extends Request, Who, Context extends readonly unknown[]> = (
  request: R,
  identity: Who,
  ...context: Context
) => Answer

type Wrap<Who> = <R extends Request, Context extends readonly unknown[]>(
  handler: SignedHandler<R, Who, Context>,
) => (request: R, ...context: Context) => Promise<Response>

type Narrow = <R extends Request, Context extends readonly unknown[]>(
  handler: SignedHandler<R, Identity, Context>,
) => (request: R, identity: Identity | undefined, ...context: Context) => Promise<Response>

/**
 * Lets requests with a good bearer token reach a handler, with the identity as its second argument;
 * answers any other as a problem (RFC 9457).
 *
 * ```ts
 * const signedIn = countersign(verifier)
 * export const GET = signedIn(async (request, identity, { params }: RouteContext<'/tasks/[id]'>) =>
 *   Response.json(await findTask(identity.userId, (await params).id)))
 * ```
 */
export function countersign(
  verifier: TokenVerifier,
  options: CountersignOptions & { readonly optional: true },
): Wrap<Identity | undefined>
export function countersign(verifier: TokenVerifier, options?: CountersignOptions): Wrap<Identity>
export function countersign(verifier: TokenVerifier, options?: CountersignOptions): Wrap<never> {
  const authenticate = createAuthenticate(verifier, options)
  return (handler) =>
    async (request, ...context) => {
      const authorization = request.headers.get('authorization') ?? undefined
      const outcome = await authenticate({ authorization, url: request.url })
      if (outcome.refusal) return responseOf(outcome.refusal)
      return handler(request, outcome.identity as never, ...context)
    }
}

/**
 * Lets identities with any of the roles pass; answers 403 `insufficient_role` if not:
 * `export const GET = signedIn(requireRole('admin')(handler))`.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function requireRole(...roles: readonly string[]): Narrow {
  return demand(roleRequirement(roles))
}

/** For routes that need a live revocation feed: a stale verifier introspects, or answers 503. */
export function requireFresh(): Narrow {
  return demand(freshRequirement())
}

function demand(requirement: Requirement): Narrow {
  return (handler) =>
    async (request, identity, ...context) => {
      const refusal = await requirement(identity)
      return refusal ? responseOf(refusal) : handler(request, identity as Identity, ...context)
    }
}
