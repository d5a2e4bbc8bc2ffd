import { CSRF_HEADER } from '@countersign/core'

export interface StandardHeaders {
  /** Headers of every answer, as a flat list of names and values, which Node.js writes fastest. */
  of(origin: string | null, requestId: string): string[]
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
  'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
  'Access-Control-Allow-Headers': `Content-Type, Authorization, ${CSRF_HEADER}`,
  'Access-Control-Max-Age': '600',
} as const

/** Security headers on everything, and CORS with credentials for exactly the trusted origins. */
export function standardHeaders(
  ownOrigin: string,
  trustedOrigins: ReadonlySet<string>,
): StandardHeaders {
  const always = Object.entries({
    ...SECURITY_HEADERS,
    ...(ownOrigin.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }
      : {}),
    'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After, X-Request-Id',
    Vary: 'Origin',
  }).flat()
  return {
    of(origin, requestId) {
      const headers = [...always, 'X-Request-Id', requestId]
      if (origin !== null && trustedOrigins.has(origin)) {
        headers.push('Access-Control-Allow-Origin', origin)
        headers.push('Access-Control-Allow-Credentials', 'true')
      }
      return headers
    },
    preflight({ headers }) {
      const trusted = trustedOrigins.has(headers.get('origin') ?? '')
      return new Response(null, { status: 204, headers: trusted ? PREFLIGHT_HEADERS : {} })
    },
  }
}
