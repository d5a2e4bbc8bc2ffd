import { cookies, headers } from 'next/headers.js'
import { cookieAttributes } from '../cookie.js'
import { PAGE_PATH_HEADER } from '../private-headers.js'
import { readSession, type SealedSession, sealSession } from '../sealed-session.js'
import type { Settings } from '../settings.js'

/** The request that Auth.js works on: the given one, or that of the page or action around it. */
export async function currentRequest(settings: Settings, given?: Request): Promise<Request> {
  return given ?? new Request(settings.origin, { headers: new Headers(await headers()) })
}

/** The session that the request brings along, unless its time is over. */
export function sessionBehind(request: Request, settings: Settings): SealedSession | null {
  const session = readSession(request.headers.get('cookie'), settings)
  return session && session.sessionExpiresAt > settings.now() ? session : null
}

/** Sets the session cookie. Works where Next.js lets cookies be set: route handlers and actions. */
export async function writeSession(session: SealedSession, settings: Settings): Promise<void> {
  const { cookie, now } = settings
  const maxAge = session.remember ? session.sessionExpiresAt - Math.floor(now()) : undefined
  const value = sealSession(session, settings)
  ;(await cookies()).set(cookie.name, value, cookieAttributes(cookie, maxAge))
}

/** Deletes the session cookie; not by `delete`, whose header lacks what `__Host-` demands. */
export async function clearSession({ cookie }: Settings): Promise<void> {
  ;(await cookies()).set(cookie.name, '', cookieAttributes(cookie, 0))
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
