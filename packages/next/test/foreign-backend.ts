import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const PASSWORD = 'correct horse battery'

/** What reached the backend. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly body: Record<string, unknown>
}

interface Family {
  readonly id: string
  readonly email: string
  live: string
  readonly used: Set<string>
  ended: boolean
}

/** What a test may change while it runs. */
interface Behaviour {
  /** `strict` takes a second use for theft, `idempotent` answers it alike, `fixed` does not rotate. */
  rotation: 'strict' | 'idempotent' | 'fixed' | 'none'
  accessSeconds: number
  /** Answers in the backend's place, if it returns true. */
  intercept?: ((call: Call, response: ServerResponse) => boolean | Promise<boolean>) | undefined
  /** Last word on an answer of 200. */
  reshape: (body: Record<string, unknown>) => unknown
}

export interface ForeignBackend {
  readonly url: string
  readonly behaviour: Behaviour
  readonly calls: Call[]
  readonly families: Family[]
  readonly count: (path: string) => number
  readonly close: () => Promise<void>
}

/** An API of somebody else's with a login of its own, over real HTTP. Its tokens are opaque. */
export async function startForeignBackend(): Promise<ForeignBackend> {
  const families: Family[] = []
  const calls: Call[] = []
  const behaviour: Behaviour = { rotation: 'strict', accessSeconds: 900, reshape: (body) => body }
  const bearers = new Map<string, Family>()

  const tokens = (family: Family) => {
    const access = `access-${randomUUID()}`
    bearers.set(access, family)
    const pair = { access_token: access, expires_in: behaviour.accessSeconds, token_type: 'bearer' }
    return behaviour.rotation === 'none' ? pair : { ...pair, refresh_token: family.live }
  }
  const describeUser = ({ email }: Family) => ({
    ...{ id: email.length, email, full_name: 'Ada', role: 'user' },
  })
  const enter = (email: string) => {
    const live = `refresh-${randomUUID()}`
    const family = { id: randomUUID(), email, live, used: new Set<string>(), ended: false }
    families.push(family)
    return { ...tokens(family), user: describeUser(family) }
  }
  const refresh = (token: unknown): [number, object] => {
    const family = families.find(({ live, used }) => live === token || used.has(String(token)))
    if (!family || family.ended) return [401, { error: 'invalid_grant' }]
    if (family.used.has(String(token)) && behaviour.rotation === 'strict') {
      family.ended = true
      return [401, { error: 'invalid_grant', error_description: 'reuse' }]
    }
    if (behaviour.rotation !== 'fixed' && family.live === token) {
      family.used.add(family.live)
      family.live = `refresh-${randomUUID()}`
    }
    return [200, tokens(family)]
  }
  const answer = ({ method, path, headers, body }: Call): [number, object?] => {
    const family = bearers.get(String(headers.authorization).replace('Bearer ', ''))
    const email = String(body.email)
    switch (`${method} ${path}`) {
      case 'POST /login':
        return body.password === PASSWORD ? [200, enter(email)] : [401, { detail: 'Nope, ada!' }]
      case 'POST /signup':
        return families.some((known) => known.email === email)
          ? [409, { detail: 'exists' }]
          : [201, enter(email)]
      case 'POST /refresh':
        return refresh(body.refresh_token)
      case 'POST /logout':
        if (family) family.ended = true
        return [204]
      case 'GET /me':
        return family && !family.ended ? [200, describeUser(family)] : [401, { detail: 'no' }]
      default:
        return [404, { detail: 'Not Found' }]
    }
  }

  const server = createServer(async (request, response) => {
    const call = await read(request)
    calls.push(call)
    if (await behaviour.intercept?.(call, response)) return
    const [status, body] = answer(call)
    response.statusCode = status
    if (!body) return void response.end()
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(status === 200 ? behaviour.reshape(body as never) : body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ behaviour, calls, families },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: (path) => calls.filter((call) => call.path === path).length,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function read(request: IncomingMessage): Promise<Call> {
  let text = ''
  for await (const chunk of request) text += chunk
  const isJson = request.headers['content-type']?.startsWith('application/json')
  return {
    method: String(request.method),
    path: String(request.url),
    headers: request.headers,
    text,
    body: isJson ? JSON.parse(text) : {},
  }
}
