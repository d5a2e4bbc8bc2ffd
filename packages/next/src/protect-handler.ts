import { NO_STORE, refuse } from './answers.js'
import type { Context } from './context.js'
import { refuseForeignOrigin } from './csrf.js'
import { CountersignError } from './errors.js'
import type { Session } from './session.js'

/** Your route handler behind `protect`; what Next passes besides the request comes last. */
export type ProtectedHandler<R extends Request, C extends readonly unknown[]> = (
  request: R,
  session: Session,
  ...context: C
) => Response | Promise<Response>

/** What a route handler asks of the visitor. */
export interface ProtectOptions {
  /** The session must have one of these roles. */
  readonly roles?: readonly [string, ...string[]]
}

/** Methods that change nothing (RFC 9110 section 9.2.1); a link from elsewhere may use them. */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Wraps a route handler: 403 `csrf_rejected` for a state-changing request from another origin, 401
 * `missing_token` without a session, 403 `insufficient_role` for another role. A `CountersignError`
 * from inside becomes its answer, and no cache keeps any of them.
 */
export function protectHandler<R extends Request, C extends readonly unknown[]>(
  parts: { context: () => Context; getSession: () => Promise<Session | null> },
  handler: ProtectedHandler<R, C>,
  { roles }: ProtectOptions,
): (request: R, ...context: C) => Promise<Response> {
  return async (request, ...rest) => {
    const isSafe = SAFE_METHODS.includes(request.method)
    const foreign = isSafe ? undefined : refuseForeignOrigin(request, parts.context().settings)
    if (foreign) return foreign
    const session = await parts.getSession()
    if (!session) return refuse('missing_token')
    if (roles && !roles.includes(session.user.role)) return refuse('insufficient_role')
    return unstored(await answerOf(() => handler(request, session, ...rest)))
  }
}

async function answerOf(handle: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof CountersignError) return error.toResponse()
    throw error
  }
}

/** The answer with our `Cache-Control`, unless it has one; a copy, because headers may be immutable. */
function unstored(response: Response): Response {
  if (response.headers.has('Cache-Control')) return response
  const headers = new Headers(response.headers)
  headers.set('Cache-Control', NO_STORE)
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
