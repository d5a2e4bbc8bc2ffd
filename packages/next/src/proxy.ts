import type { NextFetchEvent, NextRequest, NextResponse } from 'next/server.js'
import { NO_STORE } from './answers.js'
import { callerOf } from './auth-server.js'
import type { Context } from './context.js'
import { cookieAttributes, replaceCookie } from './cookie.js'
import { forward } from './forward.js'
import { PAGE_PATH_HEADER, stripPrivateHeaders } from './private-headers.js'
import { readSession, type SealedSession, sealSession } from './sealed-session.js'
import { type Session, sessionView } from './session.js'
import type { Settings } from './settings.js'

type Returned = Response | undefined | null
type MaybePromise<T> = T | Promise<T>

/** `proxy` of Next's `proxy.ts`. */
export type CountersignProxy = (
  request: NextRequest,
  event?: NextFetchEvent,
) => Promise<NextResponse>

/**
 * Your own proxy step. It sees the request as pages will see it, and the visitor for an early
 * redirect; pages still have to check. What it returns is completed with the refreshed cookie.
 */
export type ProxyStep = (
  request: NextRequest,
  event: NextFetchEvent | undefined,
  session: Session | null,
  // biome-ignore lint/suspicious/noConfusingVoidType: a step without a return statement is fine
) => MaybePromise<Returned | void>

/** What the visit's cookie became: `renewed` has to reach the browser too. */
interface Visit {
  readonly session: SealedSession | null
  readonly renewed: boolean
  /** Whether there was a session: what is answered then is meant for one person. */
  readonly isKnown: boolean
}

/** The proxy; `step` is the user's own part of it, if any. */
export function createProxy(context: () => Context, step?: ProxyStep): CountersignProxy {
  return async (request, event) => {
    const { settings } = context()
    stripPrivateHeaders(request.headers)
    const { pathname, search } = request.nextUrl
    request.headers.set(PAGE_PATH_HEADER, pathname + search)
    const visit = await visitOf(request, context())
    const value = visit.renewed && visit.session ? sealSession(visit.session, settings) : undefined
    if (value) replaceRequestCookie(request, settings.cookie.name, value)
    const custom = await step?.(request, event, sessionView(visit.session, settings))
    const response = forward(request, custom ?? undefined)
    if (value && visit.session) {
      const { remember, sessionExpiresAt } = visit.session
      const maxAge = remember ? sessionExpiresAt - Math.floor(settings.now()) : undefined
      response.cookies.set(settings.cookie.name, value, cookieAttributes(settings.cookie, maxAge))
    }
    if (visit.isKnown) response.headers.set('Cache-Control', NO_STORE)
    return response
  }
}

/**
 * Refreshes if that is needed. Our own route handlers do so themselves: were the proxy to write the
 * cookie for them as well, a sign-out could be undone by the older of two `Set-Cookie` headers.
 */
async function visitOf(request: NextRequest, context: Context): Promise<Visit> {
  const { settings, refresh, needOf } = context
  const session = readSession(request.headers.get('cookie'), settings)
  const isKnown = session !== null
  if (!session || isOurs(request, settings)) return { session, renewed: false, isKnown }
  const need = needOf(session)
  if (need === 'none') return { session, renewed: false, isKnown }
  const outcome = await refresh(session, callerOf(request, settings))
  if (outcome.kind === 'renewed') return { session: outcome.session, renewed: true, isKnown }
  // Pages find out by themselves that a token must not be used any more.
  if (outcome.kind === 'unavailable') {
    return { session: need === 'soon' ? session : null, renewed: false, isKnown }
  }
  // Ended: signed out for this request. The browser's cookie stays until the token route has asked
  // again, because by now it may be the cookie of a newer sign-in.
  replaceRequestCookie(request, settings.cookie.name, null)
  return { session: null, renewed: false, isKnown }
}

/**
 * Whether the path is one of our handlers, of Better Auth with our plugin, or of Auth.js; its
 * `session` only reads our cookie.
 */
function isOurs({ nextUrl }: NextRequest, settings: Settings): boolean {
  const { basePath, betterAuthPath, authJsPath } = settings
  if (authJsPath && nextUrl.pathname === `${authJsPath}/session`) return false
  const paths = [basePath, betterAuthPath, authJsPath].filter((path) => path !== undefined)
  return paths.some((path) => `${nextUrl.pathname}/`.startsWith(`${path}/`))
}

/** Changes the request as the code behind the proxy, and the user's own step, will see it. */
function replaceRequestCookie(request: NextRequest, name: string, value: string | null): void {
  const header = replaceCookie(request.headers.get('cookie'), name, value)
  if (value === null) request.cookies.delete(name)
  else request.cookies.set(name, value)
  if (header === '') request.headers.delete('cookie')
  else request.headers.set('cookie', header)
}
