import type { Context } from './context.js'

/**
 * `fetch` with the visitor's access token, for the configured API only. A URL elsewhere throws
 * `TypeError`; a redirect is returned and never followed, so the token goes nowhere else.
 */
export function createApiFetch(
  context: () => Context,
  getAccessToken: () => Promise<string | null>,
): (path: string | URL, init?: RequestInit) => Promise<Response> {
  return async (path, init = {}) => {
    const { api, fetch } = context().settings
    if (!api) throw new TypeError('NEXT_PUBLIC_API_BASE_URL is not set (or the option "api")')
    const url = urlBelow(api, path)
    const headers = new Headers(init.headers)
    const accessToken = await getAccessToken()
    if (accessToken) headers.set('Authorization', `Bearer ${accessToken}`)
    return fetch(url, { ...init, headers, cache: 'no-store', redirect: 'manual' })
  }
}

/** A path is taken below the base, `/` included; an absolute URL has to lie below it already. */
function urlBelow(base: URL, path: string | URL): URL {
  const prefix = base.href.replace(/\/$/, '')
  const isAbsolute = path instanceof URL || /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(path)
  const url = isAbsolute
    ? new URL(path, base)
    : new URL(prefix + (path.startsWith('/') ? path : `/${path}`))
  const folder = new URL(`${prefix}/`).pathname
  if (url.origin === base.origin && `${url.pathname}/`.startsWith(folder)) return url
  throw new TypeError(`apiFetch calls ${prefix} only`)
}
