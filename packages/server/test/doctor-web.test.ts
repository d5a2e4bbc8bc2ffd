import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, it } from 'vitest'
import { type Finding, probe } from '../src/conformance/findings.js'
import { meetWeb, WEB_PROBES } from '../src/conformance/web-probes.js'
import { ACCOUNT, authServers } from './set-up-fixture.js'

/** What a web server may do wrong. */
interface Faults {
  readonly attributes?: string
  /** What the cookie holds before its number. */
  readonly value?: string
  readonly trustsEverybody?: boolean
  readonly strict?: boolean
  readonly forgetsNothing?: boolean
  readonly body?: object
  readonly headers?: Record<string, string>
  /** Answers every path with its page. */
  readonly page?: boolean
}

const RIGHT = 'Path=/; HttpOnly; Secure; SameSite=Lax'
const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const ACCESS_TOKEN = `${segment({ alg: 'EdDSA' })}.${segment({ sid: 'one' })}.x`

/** A web server with sessions in a cookie, in a few lines of its own. */
function webHandler(faults: Faults) {
  let current = 0
  let ended = false
  const used = new Set<string>()
  const session = () => {
    current += 1
    const value = `${faults.value ?? 'sealed.'}${current}`
    const cookie = `__Host-countersign=${value}; ${faults.attributes ?? RIGHT}`
    const headers = { 'Set-Cookie': cookie, 'Cache-Control': 'no-store', ...faults.headers }
    return Response.json({ accessToken: ACCESS_TOKEN, ...faults.body }, { headers })
  }
  const post = (path: string, cookie: string) => {
    if (path.endsWith('/login')) return session()
    if (path.endsWith('/logout')) {
      ended = !faults.forgetsNothing
      return new Response(null, { status: 204 })
    }
    const isUsed = faults.strict && used.has(cookie)
    used.add(cookie)
    return ended || isUsed ? Response.json({ code: 'session_ended' }, { status: 401 }) : session()
  }
  return (origin: string, { method, url, headers }: Request) => {
    if (faults.page) return new Response('<html>', { headers: { 'Content-Type': 'text/html' } })
    if (method !== 'POST') return Response.json({ code: 'missing_token' }, { status: 401 })
    const isOurs = headers.get('origin') === origin || faults.trustsEverybody
    return isOurs
      ? post(new URL(url).pathname, headers.get('cookie') ?? '')
      : Response.json({ code: 'csrf_rejected' }, { status: 403 })
  }
}

async function examine(
  faults: Faults = {},
  issuerFor: (origin: string) => Promise<string> = async () => 'http://localhost:1',
): Promise<readonly Finding[]> {
  const handler = webHandler(faults)
  let origin = ''
  const http = createServer(getRequestListener((request) => handler(origin, request)))
  await new Promise<void>((resolve) => void http.listen(0, 'localhost', resolve))
  const address = http.address()
  origin = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
  try {
    const base = `${origin}/api/auth`
    const issuer = await issuerFor(origin)
    const target = await meetWeb({ origin, base, issuer, account: ACCOUNT, me: undefined })
    return await probe(target, WEB_PROBES, { part: 'web', without: new Set() })
  } finally {
    http.closeAllConnections()
    http.close()
  }
}

const faulty = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level === 'fail').map(({ rule, detail }) => `${rule}: ${detail}`)

describe('doctor at a web server', () => {
  it('finds nothing wrong with one that does it right', async () => {
    const findings = await examine()

    expect(faulty(findings)).toEqual([])
    expect(findings.filter(({ level }) => level === 'skip').map(({ rule }) => rule)).toEqual([
      'genuine_token',
    ])
  })

  it.each<[string, Faults, RegExp]>([
    [
      'a cookie without Secure',
      { attributes: 'Path=/; HttpOnly; SameSite=Lax' },
      /cookie: .*no Secure/,
    ],
    ['a cookie that scripts read', { attributes: 'Path=/; Secure; SameSite=Lax' }, /no HttpOnly/],
    [
      'a cookie that other sites send',
      { attributes: 'Path=/; HttpOnly; Secure; SameSite=None' },
      /SameSite none/,
    ],
    ['a cookie of neighbours', { attributes: `${RIGHT}; Domain=localhost` }, /a Domain/],
    [
      'a cookie of one path',
      { attributes: 'Path=/x; HttpOnly; Secure; SameSite=Lax' },
      /Path is not/,
    ],
    ['a refresh token in the cookie', { value: 'csr_abc' }, /shows the refresh token/],
    ['a refresh token in the body', { body: { refreshToken: 'x' } }, /in the body/],
    ['no guard against other sites', { trustsEverybody: true }, /POST \/refresh of another site/],
    ['strict rotation without a grace', { strict: true }, /parallel_refresh: 9 of 10/],
    ['sign-outs that end nothing', { forgetsNothing: true }, /sign_out: .*still refreshes/],
    ['answers that caches keep', { headers: { 'Cache-Control': 'public' } }, /no_store/],
  ])('names %s', async (_name, faults, words) => {
    expect(faulty(await examine(faults))).toContainEqual(expect.stringMatching(words))
  })

  it('asks whether the auth server trusts a page that has no route handlers', async () => {
    const servers = await authServers()
    const trusting = async (origin: string) =>
      `${await servers.start({ options: { trustedOrigins: [origin] } })}/api/auth`
    const strict = async () => `${await servers.start()}/api/auth`

    const ok = await examine({ page: true }, trusting)
    const refused = await examine({ page: true }, strict)
    await servers.close()

    expect(faulty(ok)).toEqual([])
    expect(ok[0]).toMatchObject({ rule: 'sign_in', level: 'skip' })
    expect(faulty(refused)).toEqual([
      expect.stringMatching(/^trusted_origin: the auth server does not trust http:/),
    ])
  })
})
