import { problemResponse } from '@countersign/core'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'

const MAX_BODY_BYTES = 64 * 1024

/** Answers 413 to bodies over 64 KB, whether or not they announce their length. */
export function limitBody(): MiddlewareHandler {
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problemResponse('payload_too_large') })
}

/**
 * Lets pages of exactly these origins read the answers. No credentials: the token travels in a
 * header that only the page itself can set, so there is no cookie to abuse.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['WWW-Authenticate', 'Retry-After'],
    maxAge: 600,
  })
}

/** Headers for answers that are data, never a page. */
export function secureAnswers(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    // Pages of other origins read us through CORS.
    crossOriginResourcePolicy: 'cross-origin',
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
  })
}

/** Answers belong to one user: no cache may keep them. */
export function neverCache(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
  }
}
