import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bindings, isFromBrowser, proxyList, readCaller } from '../src/http/caller.js'
import {
  AS_CLIENT,
  BROWSER,
  bearer,
  expectProblem,
  newEmail,
  PASSWORD,
  startServer,
  type TestServer,
} from './server-fixture.js'

const from = (remoteAddress: string | undefined): Bindings =>
  ({ incoming: { socket: { remoteAddress } } }) as never

describe('readCaller', () => {
  const ip = (peer: string | undefined, forwarded: string | undefined, trusted: string[] = []) => {
    const headers = new Headers(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded })
    return readCaller(headers, from(peer), proxyList(trusted)).ip
  }

  it.each([
    ['the address of the connection', '192.0.2.1', undefined, '192.0.2.1'],
    ['IPv4 in IPv6 as IPv4', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['a local address without its interface', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['nothing where the transport tells nothing', undefined, undefined, undefined],
    ['the connection whatever is forwarded', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ])('reads %s when no proxy is trusted', (_name, peer, forwarded, expected) => {
    expect(ip(peer, forwarded)).toBe(expected)
  })

  it.each([
    ['the user that the proxy names', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'the last hop, not what the user wrote before it',
      '10.0.0.1',
      '1.1.1.1, 203.0.113.9',
      '203.0.113.9',
    ],
    ['past further trusted proxies', '10.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['the proxy when all hops are proxies', '10.0.0.1', '10.9.9.9', '10.0.0.1'],
    ['the proxy when it names nobody', '10.0.0.1', undefined, '10.0.0.1'],
    ['the proxy when the last hop is no address', '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
    ['IPv4 in IPv6 as IPv4', '::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['IPv6', '10.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['IPv6 without its interface', '10.0.0.1', 'fe80::7%eth0', 'fe80::7'],
    ['the connection when another machine forwards', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['the proxy when hops are empty', '10.0.0.1', ' , ', '10.0.0.1'],
  ])('reads %s when 10.0.0.0/8 is trusted', (_name, peer, forwarded, expected) => {
    expect(ip(peer, forwarded, ['10.0.0.0/8'])).toBe(expected)
  })

  it.each([
    ['a single address', ['10.0.0.1'], '10.0.0.1', '203.0.113.9'],
    ['only that address', ['10.0.0.1'], '10.0.0.2', '10.0.0.2'],
    ['IPv6 ranges', ['2001:db8::/32'], '2001:db8:1::1', '203.0.113.9'],
    ['only that range', ['2001:db8::/32'], '2001:db9::1', '2001:db9::1'],
  ])('trusts %s', (_name, trusted, peer, expected) => {
    expect(ip(peer, '203.0.113.9', trusted)).toBe(expected)
  })

  it('keeps what is printable of a user agent, and not all of a long one', () => {
    const agent = (text: string) =>
      readCaller(new Headers({ 'User-Agent': text }), {}, proxyList([])).userAgent

    expect(agent('a\tb\u00e9c')).toBe('abc')
    expect(agent('x'.repeat(2000))).toHaveLength(512)
    expect(agent('\u00e9')).toBeUndefined()
  })

  it.each([
    ['Origin', { Origin: 'null' }, true],
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'none' }, true],
    ['Sec-Fetch-Mode', { 'Sec-Fetch-Mode': 'cors' }, false],
    ['a user agent', { 'User-Agent': 'Mozilla/5.0' }, false],
    ['Referer', { Referer: 'https://app.example.com' }, false],
  ])('knows a browser by %s: %o', (_name, headers, expected) => {
    expect(isFromBrowser(new Headers(headers as Record<string, string>))).toBe(expected)
  })
})

describe('proxyList', () => {
  it.each([
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/0x8',
    '10.0.0',
    '2001:db8::/129',
    'fe80::1%eth0',
    'proxy.example.com',
    '*',
    '',
  ])('refuses "%s"', (range) => {
    expect(() => proxyList([range])).toThrow(TypeError)
  })
})

describe('the address that is stored with a session', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server?.close())

  const STATED = { 'Countersign-User-IP': '203.0.113.5', 'Countersign-User-Agent': 'the phone' }
  const signUp = (headers: Record<string, string>, peer: string | undefined = '192.0.2.1') =>
    server.call('POST', '/signup', {
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'node', ...headers },
      body: JSON.stringify({ email: newEmail(), password: PASSWORD }),
      bindings: from(peer),
    })
  const stored = async (answer: Response) => {
    const { accessToken } = await answer.json()
    return (await (await server.get('/me', bearer(accessToken))).json()).session
  }

  it('is the one of the connection', async () => {
    expect(await stored(await signUp({}))).toMatchObject({ ip: '192.0.2.1', userAgent: 'node' })
  })

  it('is the one that an authenticated client states', async () => {
    expect(await stored(await signUp({ ...AS_CLIENT, ...STATED }))).toMatchObject({
      ip: '203.0.113.5',
      userAgent: 'the phone',
      clientId: 'todo-web',
    })
  })

  it('is not the client’s own when it states none, or none that is an address', async () => {
    const silent = await stored(await signUp({ ...AS_CLIENT }))
    const wrong = { ...AS_CLIENT, 'Countersign-User-IP': 'localhost; drop table' }

    expect(silent).toMatchObject({ ip: null, userAgent: null })
    expect(await stored(await signUp(wrong))).toMatchObject({ ip: null })
  })

  it('is not what anybody else states', async () => {
    const plain = await stored(await signUp({ ...STATED, 'X-Forwarded-For': '203.0.113.5' }))
    const browser = await stored(await signUp({ ...BROWSER, ...STATED }))

    expect(plain).toMatchObject({ ip: '192.0.2.1', userAgent: 'node' })
    expect(browser).toMatchObject({ ip: '192.0.2.1', userAgent: 'node' })
  })

  it('is not what a client with a wrong secret states', async () => {
    const wrong = { Authorization: `Basic ${btoa('todo-web:wrong')}` }

    await expectProblem(await signUp({ ...wrong, ...STATED }), 401, 'invalid_client')
  })
})
