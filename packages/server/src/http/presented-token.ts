import { readRefreshCookie, refreshCookie } from './refresh-cookie.js'
import type { AppContext, Services } from './services.js'

/** The refresh token of a request: a browser's cookie, or the body of a server's call. */
export function presentedToken(
  c: AppContext,
  { options }: Services,
  body: { readonly refreshToken?: string } | undefined,
): string | undefined {
  const { fromBrowser, userAgent } = c.get('caller')
  if (!fromBrowser) return body?.refreshToken
  return readRefreshCookie(c.req.raw.headers, refreshCookie(options.origin, userAgent))
}
