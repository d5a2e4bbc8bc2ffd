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
  { fetch, apiOrigins }: Settings,
  refresh: Refresh,
): typeof globalThis.fetch {
  return async (input, init) => {
    const { origin } = new URL((input as Request).url ?? input, globalThis.document?.baseURI)
    if (!apiOrigins.has(origin)) return fetch(input, init)
    const request = new Request(input, init)
    const token = request.headers.has('Authorization') ? null : await refresh()
    if (!token) return fetch(request)
    const response = await fetch(withToken(request.clone(), token))
    if (response.status !== 401) return response
    const other = await refresh({ not: token.accessToken }).catch(() => null)
    return other ? fetch(withToken(request, other)) : response
  }
}

function withToken(request: Request, { accessToken }: HeldToken): Request {
  const signed = new Request(request, {
    redirect: request.redirect === 'manual' ? 'manual' : 'error',
  })
  signed.headers.set('Authorization', `Bearer ${accessToken}`)
  return signed
}
