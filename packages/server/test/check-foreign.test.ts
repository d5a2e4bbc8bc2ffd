import { createServer, type Server } from 'node:http'
import { hmacKey, signJwt } from '@countersign/core'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { check } from '../src/conformance/check.js'
import type { Finding } from '../src/conformance/findings.js'

const ACCOUNT = { email: 'ada@example.com', password: 'correct horse battery staple' }
const KEY = hmacKey('a-secret-of-somebody-else-0123456789abc')

/** What many a backend looks like: other names, strict rotation, a cookie that anybody reads. */
function foreignBackend() {
  const families = new Map<string, string>()
  let count = 0
  const session = (family: string, fromBrowser: boolean) => {
    count += 1
    const token = `refresh-${count}`
    families.set(token, family)
    const iat = Math.floor(Date.now() / 1000)
    const claims = { sub: '1', iss: 'backend', aud: 'api', iat, exp: iat + 86_400, sid: family }
    const body = { access_token: signJwt(claims, { key: KEY }), refresh_token: token }
    const headers: HeadersInit = fromBrowser ? { 'Set-Cookie': `session=${token}; Path=/` } : {}
    return Response.json(body, { headers })
  }
  const refresh = async (request: Request) => {
    const { refresh_token: token = '' } = (await request.json().catch(() => ({}))) as {
      refresh_token?: string
    }
    const family = families.get(token)
    families.delete(token)
    return family ? session(family, false) : new Response('<h1>Unauthorized</h1>', { status: 401 })
  }
  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const fromBrowser = request.headers.has('sec-fetch-site') || request.headers.has('origin')
    if (pathname === '/auth/token/refresh') return refresh(request)
    if (pathname !== '/auth/token') return new Response('<h1>Not Found</h1>', { status: 404 })
    const given = (await request.json().catch(() => null)) as typeof ACCOUNT | null
    // A bug on purpose: a body that is no object ends in an exception.
    if (given === null) return new Response('Internal Server Error', { status: 500 })
    const isRight = given.email === ACCOUNT.email && given.password === ACCOUNT.password
    return isRight ? session(`family-${count}`, fromBrowser) : new Response(null, { status: 401 })
  }
}

let http: Server
let findings: readonly Finding[]
beforeAll(async () => {
  http = createServer(getRequestListener(foreignBackend()))
  await new Promise<void>((resolve) => void http.listen(0, 'localhost', resolve))
  const address = http.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const paths = { signIn: '/token', refresh: '/token/refresh' }
  const options = { kind: 'auth', account: ACCOUNT, paths } as const
  findings = await check(`http://localhost:${port}/auth`, options)
})
afterAll(() => {
  http.closeAllConnections()
  http.close()
})

const found = (rule: string) => findings.find((finding) => finding.rule === rule)

it.each([
  ['sign_in', 'ok'],
  ['wrong_password', 'ok'],
  ['access_is_no_session', 'ok'],
  ['metadata', 'warn'],
])('understands an auth server of another kind: %s is %s', (rule, level) => {
  expect(found(rule)?.level).toBe(level)
})

it.each([
  ['token_profile', /typ is JWT; without client_id, .*; iss is backend/],
  ['token_profile', /lives 86400 s/],
  ['cookie', /no HttpOnly, no Secure, SameSite missing/],
  ['no_token_to_browser', /in the body/],
  ['cross_site', /POST \/token of another site/],
  ['refusal_form', /a page/],
  ['hostile_input', /answered 500/],
  ['no_store', /missing/],
  ['parallel_refresh', /9 of 10 are refused: it rotates strictly/],
  ['reuse', /its family lives on/],
])('names what is wrong with it: %s', (rule, words) => {
  expect(found(rule)).toMatchObject({ level: 'fail', detail: expect.stringMatching(words) })
})

it('repeats neither the password nor a token', () => {
  const report = JSON.stringify(findings)

  expect(report).not.toContain(ACCOUNT.password)
  expect(report).not.toMatch(/refresh-\d|eyJ/)
})
