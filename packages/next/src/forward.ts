import { type NextRequest, NextResponse } from 'next/server.js'

const OVERRIDES = 'x-middleware-override-headers'
const OVERRIDE = 'x-middleware-request-'

/**
 * The answer of a proxy that hands this request, with all its present headers, to the application.
 * `custom` is what the user's own step returned: a redirect or an answer stays as it is, a rewrite
 * or `next()` gets our request headers, and keeps its own where it names some.
 */
export function forward(request: NextRequest, custom?: Response): NextResponse {
  // The list must be complete: Next deletes from the request whatever it does not name.
  const ours = NextResponse.next({ request: { headers: new Headers(request.headers) } })
  if (!custom) return ours
  const response = isNextResponse(custom) ? custom : new NextResponse(custom.body, custom)
  if (!continues(response)) return response
  if (response.headers.has(OVERRIDES)) insistOnCookie(response.headers, request)
  else copyOverrides(ours.headers, response.headers)
  return response
}

function isNextResponse(response: Response): response is NextResponse {
  return 'cookies' in response
}

function continues(response: Response): boolean {
  return response.headers.has('x-middleware-next') || response.headers.has('x-middleware-rewrite')
}

function copyOverrides(from: Headers, to: Headers): void {
  for (const [name, value] of from) {
    if (name === OVERRIDES || name.startsWith(OVERRIDE)) to.set(name, value)
  }
}

/** A step may have copied the request headers before it was called, so the cookie is ours again. */
function insistOnCookie(headers: Headers, request: NextRequest): void {
  const cookie = request.headers.get('cookie')
  const others = (headers.get(OVERRIDES) ?? '').split(',').filter((name) => name !== 'cookie')
  headers.set(OVERRIDES, (cookie === null ? others : [...others, 'cookie']).join(','))
  if (cookie === null) headers.delete(`${OVERRIDE}cookie`)
  else headers.set(`${OVERRIDE}cookie`, cookie)
}
