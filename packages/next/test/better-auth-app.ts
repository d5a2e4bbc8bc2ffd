import { betterAuth } from 'better-auth'
import { createAuthClient } from 'better-auth/react'
import { countersign } from '../src/better-auth.js'
import { countersignClient } from '../src/better-auth-client.js'
import type { Countersign } from '../src/index.js'
import { type Browser, ORIGIN, setUp } from './browser.js'

export const BETTER_AUTH_SECRET = 'a secret of Better Auth of more than thirty-two bytes'

/** Better Auth as an application sets it up; Better Auth checks no origins under test unless told to. */
function betterAuthOn(app: Countersign) {
  return betterAuth({
    baseURL: ORIGIN,
    secret: BETTER_AUTH_SECRET,
    emailAndPassword: { enabled: false },
    advanced: { disableOriginCheck: false },
    logger: { disabled: true },
    plugins: [countersign(app)],
  })
}

/** An application with Better Auth, its auth server, and one browser with Better Auth's client. */
export async function setUpBetterAuth() {
  const { auth: server, ...setup } = await setUp({ betterAuthPath: '/api/auth' })
  return { ...setup, server, ...betterAuthIn(setup) }
}

/** Better Auth in an application, and its client in one browser. */
export function betterAuthIn({ app, browser }: { app: Countersign; browser: Browser }) {
  const auth = betterAuthOn(app)
  const refreshed: string[] = []
  const sent: string[] = []

  /** A request of the browser to Better Auth's handler. */
  const ask = async (path: string, sent: Parameters<typeof browser.request>[1] = {}) => {
    const response = await auth.handler(browser.request(`/api/auth${path}`, sent))
    browser.keepCookies(response)
    return response
  }
  const customFetchImpl: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input))
    sent.push([init?.method, pathname, init?.body].filter(Boolean).join(' '))
    const headers = Object.fromEntries(new Headers(init?.headers))
    const body = init?.body ? { body: init.body } : {}
    const path = pathname.replace('/api/auth', '')
    return ask(path, { method: init?.method ?? 'GET', headers, ...body })
  }
  const client = createAuthClient({
    baseURL: ORIGIN,
    fetchOptions: { customFetchImpl },
    plugins: [countersignClient({ tokens: { refresh: async () => refreshed.push('refresh') } })],
  })
  return { auth, client, ask, sent, refreshed }
}

/** The session that `auth.api` reads from the browser's cookies, as a server component does. */
export function headersOf(jar: ReadonlyMap<string, string>): Headers {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return new Headers(cookie ? { cookie } : {})
}
