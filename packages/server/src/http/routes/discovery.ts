import { createHash } from 'node:crypto'
import { BASE_PATH } from '@countersign/core'
import { createRoute, z } from '@hono/zod-openapi'
import { KEY_SET_MAX_AGE_SECONDS } from '../../keys/key-times.js'
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
  const jwks = cacheable(() => keys.jwks, KEY_SET_MAX_AGE_SECONDS)
  api.openapi(keySet('/jwks'), jwks)
  api.openapi(keySet('/.well-known/jwks.json'), jwks)
}

/** RFC 8414 section 3.1 puts the document outside of the base path. */
export function addDiscoveryRoutes(root: App, services: Services): void {
  const document = serverMetadata(services)
  const metadata = cacheable(() => document, METADATA_SECONDS)
  root.get(`/.well-known/oauth-authorization-server${BASE_PATH}`, metadata)
}

/** Writes a document once for as long as it is the same object. */
function cacheable(current: () => object, maxAgeSeconds: number) {
  let written: ReturnType<typeof write> | undefined
  return (c: AppContext): Response => {
    const document = current()
    if (written?.document !== document) written = write(document)
    const { body, etag } = written
    const headers = { 'Cache-Control': `public, max-age=${maxAgeSeconds}`, ETag: etag }
    if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
    return c.body(body, 200, { ...headers, 'Content-Type': 'application/json' })
  }
}

function write(document: object) {
  const body = JSON.stringify(document)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { document, body, etag }
}

/** Weak comparison in a list (RFC 9110 section 13.1.2): what compresses makes an entity tag weak. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
