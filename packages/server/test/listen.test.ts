import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../src/listen.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import { newEmail, PASSWORD, serverOptions } from './server-fixture.js'

const LOOPBACK = { port: 0, host: '127.0.0.1' }

let opened: TestDatabase
let server: CountersignServer
let listening: Listening
let url: string
beforeAll(async () => {
  opened = await postgres()
  server = await createServer(serverOptions(opened.database))
  listening = await listen(server, LOOPBACK)
  url = `http://127.0.0.1:${listening.port}/api/auth`
})
afterAll(async () => {
  await listening?.close()
  await opened?.close()
})

/** Sends bytes as they are and gives all that comes back until the server hangs up. */
async function raw(text: string | Buffer): Promise<string> {
  const socket = connect(listening.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(text)
  return received(socket)
}

async function received(socket: Socket): Promise<string> {
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

function parse(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body }
}

async function expectRawProblem(text: string | Buffer, status: number, code: string) {
  const answer = parse(await raw(text))
  expect([answer.status, answer.body]).toEqual([
    status,
    expect.stringContaining(`"code":"${code}"`),
  ])
  expect(answer.head).toContain('content-type: application/problem+json')
  expect(answer.head).toContain('cache-control: no-store')
}

const POST = (path: string, headers: string, body = '') =>
  `POST /api/auth${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n${body}`

describe('over a socket', () => {
  it('answers requests', async () => {
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD })
    const headers = { 'Content-Type': 'application/json' }

    const made = await fetch(`${url}/signup`, { method: 'POST', headers, body })
    const { refreshToken } = await made.json()
    const refreshed = await fetch(`${url}/refresh`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ refreshToken }),
    })

    expect([made.status, refreshed.status]).toEqual([201, 200])
    expect(made.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('knows the address of its caller', async () => {
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD })
    const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': '203.0.113.9' }
    const made = await fetch(`${url}/signup`, { method: 'POST', headers, body })
    const { accessToken } = await made.json()

    const me = await fetch(`${url}/me`, { headers: { Authorization: `Bearer ${accessToken}` } })

    expect(await me.json()).toMatchObject({ session: { ip: '127.0.0.1' } })
  })

  it('takes no length and no body for no body', async () => {
    const answer = parse(await raw(POST('/logout', '')))

    expect(answer.status).toBe(204)
  })

  it.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
    ['no host', 'GET /api/auth/health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a wrong host', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['an address of elsewhere', 'GET http:// HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['two lengths', POST('/login', 'Content-Length: 1\r\nContent-Length: 2\r\n', 'ab')],
    [
      'a length and chunks',
      POST('/login', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ],
    ['a length of words', POST('/login', 'Content-Length: many\r\n', '{}')],
    ['a negative length', POST('/login', 'Content-Length: -1\r\n', '{}')],
  ])('refuses %s', async (_name, text) => {
    const answer = parse(await raw(text))

    expect(answer.status).toBe(400)
  })

  it('says so in a form that programs understand', async () => {
    await expectRawProblem('garbage\r\n\r\n', 400, 'invalid_request')
    const host = 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'
    await expectRawProblem(host, 400, 'invalid_request')
  })

  it('refuses headers that are too large', async () => {
    const headers = `X-Large: ${'x'.repeat(20_000)}\r\n`

    await expectRawProblem(POST('/login', headers), 431, 'headers_too_large')
  })

  it('refuses a large body before it was sent', async () => {
    const headers = 'Content-Type: application/json\r\nContent-Length: 1000000\r\n'

    const socket = connect(listening.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(POST('/login', headers, '{"'))
    const [chunk] = await once(socket, 'data')
    socket.destroy()

    expect(parse(String(chunk))).toMatchObject({ status: 413 })
    expect(String(chunk)).toContain('"code":"payload_too_large"')
  })

  it('refuses a large body that does not tell its length', async () => {
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n'
    const text = POST('/login', headers, `${chunk.repeat(20)}0\r\n\r\n`)

    await expectRawProblem(text, 413, 'payload_too_large')
  })

  it('takes a small body that does not tell its length', async () => {
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD })
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n'

    expect(parse(await raw(POST('/signup', headers, chunk))).status).toBe(201)
  })

  it('reads the first of two Authorization headers or refuses both, and never fails', async () => {
    const twice = 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'
    const request = `GET /api/auth/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${twice}\r\n`

    await expectRawProblem(request, 401, 'invalid_token')
  })
})

describe('listen', () => {
  it('says in one sentence that a port is taken', async () => {
    const taken = listen(server, { ...LOOPBACK, port: listening.port })

    await expect(taken).rejects.toThrow(new Error(`port ${listening.port} is already in use`))
  })

  it('says in one sentence that an address is not of this machine', async () => {
    const foreign = listen(server, { port: 0, host: '203.0.113.1' })

    await expect(foreign).rejects.toThrow(/^port 0 cannot be opened \(\w+\)$/)
  })

  it('listens on every address when none is given', async () => {
    const everywhere = await listen(server, { port: 0 })

    const answer = await fetch(`http://127.0.0.1:${everywhere.port}/api/auth/health/live`)
    await everywhere.close()

    expect(answer.status).toBe(200)
  })

  it('finishes what runs when it closes, and takes nothing new', async () => {
    let finish = () => {}
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const slow: Parameters<typeof listen>[0] = {
      close: async () => {},
      fetch: () =>
        new Promise((resolve) => {
          finish = () => resolve(new Response('finished'))
          begin()
        }),
    }
    const closing = await listen(slow, LOOPBACK)
    const address = `http://127.0.0.1:${closing.port}/`
    const running = fetch(address)
    await begun

    const closed = closing.close()
    await expect(fetch(address)).rejects.toThrow()
    finish()

    expect(await (await running).text()).toBe('finished')
    await closed
  })

  it('does not wait for connections that nobody uses', async () => {
    const closing = await listen(server, LOOPBACK)
    await (await fetch(`http://127.0.0.1:${closing.port}/api/auth/health/live`)).text()
    const idle = connect(closing.port, '127.0.0.1')
    await once(idle, 'connect')
    const began = performance.now()

    await closing.close()

    expect(performance.now() - began).toBeLessThan(4_000)
    idle.destroy()
  })
})
