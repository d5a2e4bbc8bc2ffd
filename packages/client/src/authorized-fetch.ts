import type { Settings } from './options.js'
import type { Refresh } from './refresh.js'
import type { HeldToken } from './store.js'

/**
 * `fetch` that adds the access token to requests for the configured origins, unless the request has
 * an `Authorization` of its own. A 401 is answered with one renewed token and one more try, for
 * which the body is copied.
 *
 * A request with a token never follows a redirect, because not every browser drops the header on
 * the way: it fails as with `redirect: 'error'`, or shows the redirect where `'manual'` is asked for.
 */
export function createAuthorizedFetch(
  settings: Settings,
  refresh: Refresh,
): typeof globalThis.fetch {
  const { runtime, apiOrigins } = settings
  return async (input, init) => {
    if (!apiOrigins.has(originOf(input))) return runtime.fetch(input, init)
    const request = new Request(input, init)
    if (request.headers.has('Authorization')) return runtime.fetch(request)
    const token = await refresh()
    if (!token) return runtime.fetch(request)
    const response = await runtime.fetch(withToken(request.clone(), token))
    if (response.status !== 401) return response
    const other = await refresh({ not: token.tokenId }).catch(() => null)
    return other ? runtime.fetch(withToken(request, other)) : response
  }
}

function withToken(request: Request, { accessToken }: HeldToken): Request {
  const headers = new Headers(request.headers)
  headers.set('Authorization', `Bearer ${accessToken}`)
  return new Request(request, {
    headers,
    redirect: request.redirect === 'manual' ? 'manual' : 'error',
  })
}

/** The origin that is called; a relative URL is this page's own. */
function originOf(input: RequestInfo | URL): string {
  const url = input instanceof URL ? input.href : typeof input === 'string' ? input : input.url
  const base = globalThis.location?.href
  return URL.canParse(url, base) ? new URL(url, base).origin : ''
}
