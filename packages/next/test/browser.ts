import { NextRequest } from 'next/server.js'
import { type Countersign, type CountersignOptions, createCountersign } from '../src/index.js'
import {
  AUDIENCE,
  type FakeAuthServer,
  PASSWORD,
  SERVER_URL,
  startFakeAuthServer,
} from './fake-auth-server.js'

export const ORIGIN = 'https://app.test'
export const COOKIE = '__Host-countersign'
export const SECRET = 'a cookie secret of at least thirty-two bytes'

/** An application, its auth server and one browser with a cookie jar, on one adjustable clock. */
export interface Setup {
  readonly app: Countersign
  readonly auth: FakeAuthServer
  readonly browser: Browser
  readonly warnings: string[]
  readonly clock: { seconds: number }
}

export async function setUp(options: CountersignOptions = {}): Promise<Setup> {
  const clock = { seconds: 1_800_000_000 }
  const now = () => clock.seconds
  const auth = await startFakeAuthServer(now)
  const warnings: string[] = []
  const app = createCountersign({
    server: SERVER_URL,
    audience: AUDIENCE,
    origin: ORIGIN,
    cookieSecret: SECRET,
    client: { id: 'todo-web', secret: 'client secret' },
    api: 'https://api.test/v1',
    now,
    fetch: auth.fetch,
    logger: { warn: (message: string) => warnings.push(message) },
    ...options,
  })
  return { app, auth, browser: new Browser(app), warnings, clock }
}

interface Sent {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** Keeps cookies as a browser does, and sends what a browser sends. */
export class Browser {
  readonly jar = new Map<string, string>()
  readonly #app: Countersign

  constructor(app: Countersign) {
    this.#app = app
  }

  get cookie(): string | undefined {
    return this.jar.get(COOKIE)
  }

  /** A copy with the same cookies, for answers that get lost and for cookies that were stolen. */
  clone(): Browser {
    const copy = new Browser(this.#app)
    for (const [name, value] of this.jar) copy.jar.set(name, value)
    return copy
  }

  request(path: string, { method = 'GET', body, headers = {} }: Sent = {}): NextRequest {
    const all = new Headers({ 'user-agent': 'Test/1.0', ...headers })
    if (!all.has('origin') && method !== 'GET') all.set('origin', ORIGIN)
    if (all.get('origin') === 'none') all.delete('origin')
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`)
    if (cookies.length > 0 && !all.has('cookie')) all.set('cookie', cookies.join('; '))
    if (body === undefined) {
      if (method !== 'GET' && !all.has('x-countersign')) all.set('x-countersign', '1')
      return new NextRequest(ORIGIN + path, { method, headers: all })
    }
    if (!all.has('content-type')) all.set('content-type', 'application/json')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return new NextRequest(ORIGIN + path, { method, headers: all, body: text })
  }

  /** A call of the route handlers. */
  async call(path: string, sent: Sent = {}): Promise<Response> {
    const handler =
      this.#app.handlers[(sent.method ?? 'GET') as 'GET' | 'POST' | 'PATCH' | 'DELETE']
    const response = await handler(this.request(`/api/auth/${path}`, sent))
    this.keepCookies(response)
    return response
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response> {
    return this.call(path, { method: 'POST', body, ...(headers ? { headers } : {}) })
  }

  /** A page through the proxy; the answer is what Next would act upon. */
  async visit(path = '/tasks', sent: Sent = {}): Promise<Response> {
    const response = await this.#app.proxy(this.request(path, sent))
    this.keepCookies(response)
    return response
  }

  async login(email = 'ada@example.com', more: Record<string, unknown> = {}): Promise<Response> {
    return this.post('login', { email, password: PASSWORD, ...more })
  }

  keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.jar.delete(name)
      else this.jar.set(name, value)
    }
  }
}

/** The `Cookie` header that the application behind the proxy sees. */
export function cookieBehind(response: Response): string | null {
  return response.headers.get('x-middleware-request-cookie')
}

export async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { code?: unknown }).code
}
