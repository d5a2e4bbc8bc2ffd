import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RecordedLog, recordedLog } from './recorded-log.js'
import { type Account, startServer, type TestServer, transport } from './server-fixture.js'

// What is promised of a request must hold over a socket too, where some endpoints are answered
// without Hono: the same tests, another way there.
transport.overSocket = true

describe.each(['bad-input', 'csrf', 'delivery', 'response-headers', 'me'])(
  'over a socket, %s',
  async (name) => {
    await import(`./${name}.test.ts`)
  },
)

/** Sends bytes as they are and gives all that comes back until the server hangs up. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(text)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

describe('a request of /refresh', () => {
  let account: Account
  let server: TestServer
  let log: RecordedLog
  beforeAll(async () => {
    log = recordedLog()
    server = await startServer({ log: log.logger })
    account = await server.signUp()
  })
  afterAll(() => server?.close())

  const refresh = (headers: string, body = '', path = '/api/auth/refresh') =>
    sendRaw(server.port, `POST ${path} HTTP/1.1\r\nConnection: close\r\n${headers}\r\n${body}`)
  const proper = () => JSON.stringify({ refreshToken: account.refreshToken })
  const json = 'Content-Type: application/json\r\n'
  const length = (body: string) => `Content-Length: ${body.length}\r\n`

  it.each([
    ['the usual shape', 'Host: a\r\n', '/api/auth/refresh'],
    ['an address of its own', 'Host: [::1]:4400\r\n', '/api/auth/refresh'],
    ['a query', 'Host: a\r\n', '/api/auth/refresh?x=1'],
  ])('is answered alike with %s', async (_name, host, path) => {
    const answer = await refresh(host + json + length(proper()), proper(), path)

    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
    expect(answer).toContain(`"refreshToken":"${account.refreshToken}"`)
  })

  it('is answered when its body does not tell its length', async () => {
    const chunks = `${proper().length.toString(16)}\r\n${proper()}\r\n0\r\n\r\n`

    const answer = await refresh(`Host: a\r\n${json}Transfer-Encoding: chunked\r\n`, chunks)

    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
  })

  it.each([
    ['a wrong host', `Host: a b\r\n${json}`, 400],
    ['two hosts', `Host: a\r\nHost: b\r\n${json}`, 400],
    ['two media types', `Host: a\r\n${json}Content-Type: text/plain\r\n`, 415],
    ['two origins', `Host: a\r\n${json}${'Origin: https://app.example.com\r\n'.repeat(2)}`, 403],
    ['two credentials', `Host: a\r\n${json}${'Authorization: Basic YTpi\r\n'.repeat(2)}`, 400],
  ])('is refused with %s', async (_name, headers, status) => {
    const answer = await refresh(headers + length(proper()), proper())

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('survives a body that breaks off', async () => {
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.end(`POST /api/auth/refresh HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 90\r\n\r\n{`)
    await once(socket.resume(), 'close')

    expect((await server.refresh(account.refreshToken)).status).toBe(200)
  })

  it('has a line in the log with the number of its answer', async () => {
    const answer = await server.refresh(account.refreshToken)

    expect(log.entries().at(-1)).toMatchObject({
      msg: 'request',
      request: answer.headers.get('x-request-id'),
      method: 'POST',
      path: '/api/auth/refresh',
      status: 200,
      ms: expect.any(Number),
    })
  })
})
