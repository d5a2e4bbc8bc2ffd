import type { Context } from './context.js'
import { CountersignError } from './errors.js'
import { type ProtectedHandler, type ProtectOptions, protectHandler } from './protect-handler.js'
import { withReturnTo } from './return-to.js'
import type { Session } from './session.js'

/** Demands a session: of a page or an action where it is called, of a route handler that it wraps. */
export interface Protect {
  /**
   * The session of a page or an action that needs one. Without one: a redirect to `signInPath`, with
   * the page in `returnTo`, or `CountersignError` `missing_token` where no such path is configured.
   *
   * @example
   * const session = await protect()
   */
  (): Promise<Session>
  /**
   * A route handler that only runs with a session; it answers 401 or 403 otherwise, also to a
   * state-changing request from another origin.
   *
   * @example
   * export const POST = protect(async (request, session) => Response.json(session.user))
   */
  <R extends Request, C extends readonly unknown[]>(
    handler: ProtectedHandler<R, C>,
    options?: ProtectOptions,
  ): (request: R, ...context: C) => Promise<Response>
}

/** Where `protect` learns who visits, and which page. */
export interface VisitorAccess {
  readonly context: () => Context
  readonly getSession: () => Promise<Session | null>
  /** Path and query of the page, if the proxy has told; without it nobody is led back. */
  readonly pagePath: () => Promise<string | null>
}

export function createProtect(visitor: VisitorAccess): Protect {
  function protect(): Promise<Session>
  function protect<R extends Request, C extends readonly unknown[]>(
    handler: ProtectedHandler<R, C>,
    options?: ProtectOptions,
  ): (request: R, ...context: C) => Promise<Response>
  function protect(handler?: ProtectedHandler<Request, unknown[]>, options: ProtectOptions = {}) {
    return handler ? protectHandler(visitor, handler, options) : sessionOf(visitor)
  }
  return protect
}

async function sessionOf({ context, getSession, pagePath }: VisitorAccess): Promise<Session> {
  const session = await getSession()
  if (session) return session
  const { signInPath } = context().settings
  if (signInPath) {
    const { redirect } = await import('next/navigation')
    redirect(withReturnTo(signInPath, await pagePath()))
  }
  throw new CountersignError('missing_token', { message: 'Authentication is required' })
}
