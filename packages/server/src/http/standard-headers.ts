import { CSRF_HEADER } from '@countersign/core'

export interface StandardHeaders {
  /** Headers of every answer. One that has a `Cache-Control` of its own keeps it. */
  of(origin: string | null, requestId: string): Record<string, string>
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
  const always = {
    'Cache-Control': 'no-store',
    ...SECURITY_HEADERS,
    ...(ownOrigin.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }
      : {}),
    'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After, X-Request-Id',
    Vary: 'Origin',
  }
  return {
    of(origin, requestId) {
      const headers = { ...always, 'X-Request-Id': requestId }
      if (origin === null || !trustedOrigins.has(origin)) return headers
      return {
        ...headers,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
      }
    },
    preflight({ headers }) {
      const trusted = trustedOrigins.has(headers.get('origin') ?? '')
      return new Response(null, { status: 204, headers: trusted ? PREFLIGHT_HEADERS : {} })
    },
  }
}
