import { headers } from 'next/headers.js'
import { PAGE_PATH_HEADER } from '../private-headers.js'
import { readSession, type SealedSession } from '../sealed-session.js'
import type { Settings } from '../settings.js'

/** The request that Auth.js works on: the given one, or that of the page or action around it. */
export async function currentRequest(settings: Settings, given?: Request): Promise<Request> {
  return given ?? new Request(settings.origin, { headers: new Headers(await headers()) })
}

/** The session that the request brings along, unless its time is over. */
export function sessionBehind(
  { headers }: Pick<Request, 'headers'>,
  settings: Settings,
): SealedSession | null {
  const session = readSession(headers.get('cookie'), settings)
  return session && session.sessionExpiresAt > settings.now() ? session : null
}

/** Whether the request is for a path below Auth.js's own, as far as the proxy has told or it says. */
export function isForAuthJs(request: Request, { authJsPath }: Settings): boolean {
  const path = request.headers.get(PAGE_PATH_HEADER) ?? new URL(request.url).pathname
  return authJsPath !== undefined && path.startsWith(`${authJsPath}/`)
}

/** Whether the proxy has seen the request, and has renewed what was due. */
export function isBehindProxy(request: Request): boolean {
  return request.headers.has(PAGE_PATH_HEADER)
}
