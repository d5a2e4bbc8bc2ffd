import type { NextAuthConfig, Session } from 'next-auth'
import { countersignProvider, createAuth } from '../src/auth-js.js'
import type { CountersignOptions } from '../src/index.js'
import { type Browser, ORIGIN, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'
import { current } from './next-headers.js'

/** Cookie of Auth.js on https. */
export const AUTH_JS_COOKIE = '__Secure-authjs.session-token'
export const AUTH_JS_SECRET = 'a secret of Auth.js of more than thirty-two bytes'

const SILENT = { error: () => {}, warn: () => {}, debug: () => {} }

/** An application with Auth.js, its auth server and one browser. */
export async function setUpAuthJs(
  config: Partial<NextAuthConfig> = {},
  options: CountersignOptions = {},
) {
  const setup = await setUp({ authJsPath: '/api/auth', ...options })
  const nextAuth = createAuth(setup.app, {
    providers: [countersignProvider({ id: 'consultation-backend' })],
    secret: AUTH_JS_SECRET,
    trustHost: true,
    logger: SILENT,
    pages: { signIn: '/sign-in' },
    ...config,
  })
  const steps = authJsSteps(setup.browser, nextAuth.handlers)
  /** `auth()` in a page. */
  const auth = async (): Promise<Session | null> => {
    current.headers = setup.browser.request('/page').headers
    return nextAuth.auth()
  }
  return { ...setup, server: setup.auth, nextAuth, auth, ...steps }
}

type Handler = (request: ReturnType<Browser['request']>) => Promise<Response>

/** What a browser does with the handlers of Auth.js, cookies of both kinds included. */
function authJsSteps(browser: Browser, handlers: { GET: Handler; POST: Handler }) {
  const call = async (path: string, form?: Record<string, string>, headers = {}) => {
    const sent = form
      ? {
          method: 'POST',
          body: new URLSearchParams(form).toString(),
          headers: { ...FORM, ...headers },
        }
      : { headers }
    const request = browser.request(`/api/auth/${path}`, sent)
    current.headers = request.headers
    const response = await handlers[form ? 'POST' : 'GET'](request)
    browser.keepCookies(response)
    return response
  }
  const csrfToken = async () =>
    ((await (await call('csrf')).json()) as { csrfToken: string }).csrfToken
  return {
    call,
    csrfToken,
    /** The sign-in of a form; resolves to where it leads. */
    signIn: async (email = 'ada@example.com', more: Record<string, string> = {}) => {
      const fields = { email, password: PASSWORD, ...more, csrfToken: await csrfToken() }
      const response = await call('callback/consultation-backend', fields)
      return new URL(response.headers.get('location') ?? ORIGIN)
    },
    signOut: async () => call('signout', { csrfToken: await csrfToken() }),
    /** What `useSession` asks for. */
    session: async () => (await call('session')).json() as Promise<Session | null>,
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Keeps what an action has set. */
export function keepWritten(browser: Browser): void {
  const headers = new Headers()
  for (const line of current.written.splice(0)) headers.append('Set-Cookie', line)
  browser.keepCookies(new Response(null, { headers }))
}
