/**
 * Fastify 5: `app.register(countersign(verifier))` protects the scope it is registered in.
 * @module
 */
import type { Identity } from '@countersign/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type CountersignOptions, createAuthenticate, type TokenVerifier } from './authenticate.js'
import { hasFormToken } from './bearer.js'
import { carriedBy, factsOf, identify } from './incoming.js'
import { answerOf, type Refusal } from './refusal.js'
import { freshRequirement, identityIn, type Requirement, roleRequirement } from './requirement.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request speaks for, behind `countersign`. */
    identity?: Identity | undefined
  }
}

/** A hook for `onRequest` or `preHandler`. */
export type Hook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void

/**
 * A plugin: requests to the scope that registers it, and to scopes inside, pass with a good bearer
 * token only, and then have `request.identity`. Other scopes are left alone. The token is looked at
 * before the body is read.
 */
export function countersign(verifier: TokenVerifier, options?: CountersignOptions) {
  const onRequest = authenticated(verifier, options)
  return ownScope(async (app: FastifyInstance): Promise<void> => {
    if (!app.hasRequestDecorator('identity')) app.decorateRequest('identity', undefined)
    app.addHook('onRequest', onRequest)
    app.addHook('preValidation', hook(secondToken))
  })
}

/** The same as a hook for single routes: `app.get('/me', { onRequest: authenticated(verifier) }, …)`. */
export function authenticated(verifier: TokenVerifier, options?: CountersignOptions): Hook {
  const authenticate = createAuthenticate(verifier, options)
  return hook((request) => identify(authenticate, request, factsOf(request.raw)))
}

/**
 * A `preHandler`: identities with any of the roles pass; 403 `insufficient_role` if not.
 * @throws TypeError if no role is given, or one that no token can carry
 */
export function requireRole(...roles: readonly string[]): Hook {
  return demand(roleRequirement(roles))
}

/** A `preHandler` for routes that need a live revocation feed: introspects while stale, or 503. */
export function requireFresh(): Hook {
  return demand(freshRequirement())
}

/**
 * The identity where there must be one, so that no query runs with an undefined user.
 * @throws TypeError if the request is anonymous, or did not come through `countersign`
 */
export function identityOf(request: FastifyRequest): Identity {
  return identityIn(carriedBy(request))
}

function demand(requirement: Requirement): Hook {
  return hook((request) => requirement(carriedBy(request)))
}

/** A hook that takes a promise only where there is one. */
function hook(judge: (request: FastifyRequest) => ReturnType<Requirement>): Hook {
  return (request, reply, done) => {
    const conclude = (refusal: Refusal | undefined): void => {
      if (refusal) refuse(reply, refusal)
      else done()
    }
    const verdict = judge(request)
    if (verdict instanceof Promise) verdict.then(conclude, done)
    else conclude(verdict)
  }
}

function secondToken({ body, headers, identity }: FastifyRequest): Refusal | undefined {
  if (body === undefined || identity === undefined) return undefined
  return hasFormToken(body, headers['content-type']) ? { code: 'invalid_request' } : undefined
}

/** Sent as bytes: to a text Fastify would add a charset, which JSON does not have. */
function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, headers, body } = answerOf(refusal)
  return reply.code(status).headers(headers).send(Buffer.from(body))
}

/** Registered in the caller's scope instead of one of its own, as `fastify-plugin` does it. */
function ownScope<Plugin extends object>(plugin: Plugin): Plugin {
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@countersign/verify',
    [Symbol.for('plugin-meta')]: { name: '@countersign/verify', fastify: '5.x' },
  })
}
