import { BASE_PATH } from '@countersign/core'
import { createRoute, z } from '@hono/zod-openapi'
import { KEY_SET_MAX_AGE_SECONDS } from '../../keys/key-times.js'
import { cacheable } from '../cacheable.js'
import { jsonAnswer } from '../openapi.js'
import { serverMetadata } from '../server-metadata.js'
import type { App, AppContext, Services } from '../services.js'

const METADATA_SECONDS = 3600

const KeySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) })

const keySet = (path: '/jwks' | '/.well-known/jwks.json') =>
  createRoute({
    method: 'get',
    path,
    summary: 'The public keys that verify access tokens (RFC 7517)',
    responses: {
      200: jsonAnswer(KeySet, 'Empty when the secret is shared (HS256)'),
      304: { description: 'The entity tag of the request is current' },
    },
  })

/** The public keys, which everybody may read and keep for a while. */
export function addKeySetRoutes(api: App, { keys }: Services): void {
  const jwks = cached(() => keys.jwks, KEY_SET_MAX_AGE_SECONDS)
  api.openapi(keySet('/jwks'), jwks)
  api.openapi(keySet('/.well-known/jwks.json'), jwks)
}

/** RFC 8414 section 3.1 puts the document outside of the base path. */
export function addDiscoveryRoutes(root: App, services: Services): void {
  const document = serverMetadata(services)
  const metadata = cached(() => document, METADATA_SECONDS)
  root.get(`/.well-known/oauth-authorization-server${BASE_PATH}`, metadata)
}

/** A document that everybody may read, as a route of Hono. */
function cached(current: () => object, maxAgeSeconds: number) {
  const answer = cacheable(current, maxAgeSeconds)
  return (c: AppContext): Response => {
    const { body, status, headers } = answer(c.req.raw.headers)
    return body === null ? c.body(null, status, headers) : c.newResponse(body, status, headers)
  }
}
