const IS_DEVELOPMENT = process.env.NODE_ENV === 'development'

/**
 * The policy of a page: scripts and styles of our own, requests to ourselves and to the API.
 * `nonce` marks the inline scripts of this one answer.
 */
export function contentSecurityPolicy(nonce: string, apiUrl: string): string {
  const script = IS_DEVELOPMENT ? "'unsafe-eval'" : ''
  const style = IS_DEVELOPMENT ? "'unsafe-inline'" : ''
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' ${script}`,
    `style-src 'self' ${style}`,
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(apiUrl).origin}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
    .map((directive) => directive.trim())
    .join('; ')
}
