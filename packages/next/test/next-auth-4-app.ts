import NextAuthModule, { type AuthOptions, getServerSession, type Session } from 'next-auth-4'
import { countersignProvider, withCountersign } from '../src/auth-js-4.js'
import { type Browser, ORIGIN, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'
import { current } from './next-headers.js'

/** Cookie of NextAuth on https. */
export const NEXT_AUTH_COOKIE = '__Secure-next-auth.session-token'
export const NEXT_AUTH_SECRET = 'a secret of NextAuth of more than thirty-two bytes'

const SILENT = { error: () => {}, warn: () => {}, debug: () => {} }
type PagesHandler = (request: unknown, response: unknown, options: AuthOptions) => Promise<void>
// TypeScript takes the whole CommonJS module for its default export.
const NextAuth = NextAuthModule as unknown as PagesHandler

/** An application with NextAuth 4, its auth server and one browser. */
export async function setUpNextAuth4(options: Partial<AuthOptions> = {}) {
  process.env.NEXTAUTH_URL = ORIGIN
  const setup = await setUp({ authJsPath: '/api/auth' })
  const authOptions: AuthOptions = withCountersign(setup.app, {
    providers: [countersignProvider({ id: 'consultation-backend' })],
    secret: NEXT_AUTH_SECRET,
    logger: SILENT,
    pages: { signIn: '/sign-in', error: '/sign-in' },
    ...options,
  })
  const { browser } = setup
  const call = async (path: string, form?: Record<string, string>) => {
    const sent = pagesRequest(browser, path, form)
    const answer = pagesResponse()
    await NextAuth(sent, answer.response, authOptions)
    keep(browser, answer.cookies())
    return answer
  }
  const csrfToken = async () => ((await call('csrf')).body as { csrfToken: string }).csrfToken
  return {
    ...setup,
    server: setup.auth,
    /** The sign-in of a form; resolves to where it leads. */
    signIn: async (email = 'ada@example.com', more: Record<string, string> = {}) => {
      const fields = { email, password: PASSWORD, csrfToken: await csrfToken(), ...more }
      const answer = await call('callback/consultation-backend', fields)
      return new URL(answer.location(), ORIGIN)
    },
    signOut: async () => call('signout', { csrfToken: await csrfToken() }),
    /** What `useSession` asks for. */
    session: async () => (await call('session')).body as Partial<Session>,
    /** `getServerSession(authOptions)` in a page. */
    inPage: async () => {
      const sent = pagesRequest(browser, 'page')
      return getServerSession(sent as never, pagesResponse().response as never, authOptions)
    },
  }
}

/** A request as NextAuth 4 gets it from Next.js; its cookies are also those of `next/headers`. */
function pagesRequest(browser: Browser, path: string, body?: Record<string, string>) {
  const [route = '', search = ''] = path.split('?')
  const sent = { method: body ? 'POST' : 'GET' }
  const { headers } = browser.request(`/api/auth/${path}`, sent)
  current.headers = headers
  const query = Object.fromEntries(new URLSearchParams(search))
  return {
    ...sent,
    body: body ?? {},
    query: { ...query, nextauth: route.split('/') },
    headers: Object.fromEntries(headers),
    cookies: Object.fromEntries([...browser.jar].map(([name, value]) => [name, decode(value)])),
  }
}

const decode = decodeURIComponent

function pagesResponse() {
  const headers = new Map<string, string | readonly string[]>()
  const answer = {
    body: undefined as unknown,
    location: () => String(headers.get('location') ?? '/'),
    cookies: () => [headers.get('set-cookie') ?? []].flat(),
    response: {
      status: () => answer.response,
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      setHeader: (name: string, value: string) => void headers.set(name.toLowerCase(), value),
      end: () => {},
      send: (body: unknown) => {
        answer.body = body
      },
      json: (body: unknown) => {
        answer.body = body
      },
    },
  }
  return answer
}

/** Cookies of the answer, and those that were set through Next.js. */
function keep(browser: Browser, lines: readonly string[]): void {
  const headers = new Headers()
  for (const line of [...lines, ...current.written.splice(0)]) headers.append('Set-Cookie', line)
  browser.keepCookies(new Response(null, { headers }))
}
