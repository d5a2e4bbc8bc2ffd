import { CSRF_HEADER } from '@countersign/core'

export interface StandardHeaders {
  /** Completes an answer. One that does not say otherwise may not be stored. */
  complete(answer: Response, origin: string | null, requestId: string): Response
  /** Answers the question of a browser whether its page may call (CORS preflight). */
  preflight(request: Request): Response
}

const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-site',
} as const

const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, POST, DELETE',
  'Access-Control-Allow-Headers': `Content-Type, Authorization, ${CSRF_HEADER}`,
  'Access-Control-Max-Age': '600',
} as const

/** Security headers on everything, and CORS with credentials for exactly the trusted origins. */
export function standardHeaders(
  ownOrigin: string,
  trustedOrigins: ReadonlySet<string>,
): StandardHeaders {
  const security = Object.entries({
    ...SECURITY_HEADERS,
    ...(ownOrigin.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }
      : {}),
    'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After, X-Request-Id',
    Vary: 'Origin',
  })
  return {
    complete(answer, origin, requestId) {
      const { headers } = answer
      for (const [name, value] of security) headers.set(name, value)
      if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
      headers.set('X-Request-Id', requestId)
      if (origin !== null && trustedOrigins.has(origin)) {
        headers.set('Access-Control-Allow-Origin', origin)
        headers.set('Access-Control-Allow-Credentials', 'true')
      }
      return answer
    },
    preflight({ headers }) {
      const trusted = trustedOrigins.has(headers.get('origin') ?? '')
      return new Response(null, { status: 204, headers: trusted ? PREFLIGHT_HEADERS : {} })
    },
  }
}
