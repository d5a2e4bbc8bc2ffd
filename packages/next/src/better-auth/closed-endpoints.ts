import { APIError, createAuthMiddleware } from 'better-auth/api'

/** All that is left of Better Auth: the endpoints of this plugin, and its sign of life. */
const OPEN: ReadonlySet<string> = new Set([
  '/sign-in/email',
  '/sign-up/email',
  '/sign-out',
  '/get-session',
  '/ok',
])

/** Answers 404 to every request for another path, before anything of it is read. */
export function refuseClosedPath(
  request: Request,
  baseURL: string,
): { response: Response } | undefined {
  const base = new URL(baseURL).pathname.replace(/\/+$/, '')
  const { pathname } = new URL(request.url)
  if (pathname.startsWith(`${base}/`) && OPEN.has(pathname.slice(base.length))) return undefined
  return { response: new Response('Not Found', { status: 404 }) }
}

/** The same for calls by `auth.api`, so that no code changes a user who is not there. */
export const closeEndpoints = {
  matcher: ({ path }: { path?: string }) => path === undefined || !OPEN.has(path),
  handler: createAuthMiddleware(async () => {
    throw new APIError('NOT_FOUND', {
      code: 'NOT_FOUND',
      message: 'Users belong to the auth server; ask it instead',
    })
  }),
}
