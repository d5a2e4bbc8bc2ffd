import type { Sender } from './call.js'
import { readRefreshCookie, refreshCookie } from './refresh-cookie.js'
import type { Services } from './services.js'

/** The refresh token of a request: a browser's cookie, or the body of a server's call. */
export function presentedToken(
  { headers, caller }: Sender,
  { options }: Services,
  body: { readonly refreshToken?: string } | undefined,
): string | undefined {
  if (!caller.fromBrowser) return body?.refreshToken
  return readRefreshCookie(headers, refreshCookie(options.origin, caller.userAgent))
}
