import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type CountersignVariables, countersign, requireRole } from '../src/hono.js'
import { createVerifier } from '../src/verifier.js'
import { VerifierError } from '../src/verifier-error.js'
import { AUDIENCE, hs256Token, ISSUER, NOW, OTHER_SECRET, SECRET } from './fixtures.js'

const verifier = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['HS256'],
  secret: SECRET,
  now: () => NOW,
  onWarning: () => {},
})
const app = new Hono<{ Variables: CountersignVariables }>()
app.use('/api/*', countersign(verifier))
app.get('/api/me', (c) => c.json({ id: c.get('identity').userId }))
app.get('/api/admin', requireRole('admin', 'owner'), (c) => c.text('admin'))

function request(authorization?: string, path = '/api/me'): Promise<Response> {
  const headers = authorization === undefined ? {} : { authorization }
  return Promise.resolve(app.request(`https://api.example.com${path}`, { headers }))
}

async function outcome(response: Response) {
  const { status, headers } = response
  const { code } = (await response.json()) as { code?: string }
  return { status, code, challenge: headers.get('www-authenticate') }
}

const MISSING = { status: 401, code: 'missing_token', challenge: 'Bearer' }
const INVALID = { status: 401, code: 'invalid_token', challenge: 'Bearer error="invalid_token"' }
const MALFORMED = { status: 400, code: 'invalid_request', challenge: null }

describe('countersign', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('passes a good token of scheme %s', async (scheme) => {
    const response = await request(`${scheme} ${hs256Token()}`)

    expect(await response.json()).toEqual({ id: 'user-1' })
  })

  it('asks for credentials without a code where there are none', async () => {
    const response = await request()

    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await outcome(response)).toEqual(MISSING)
  })

  it.each([
    ['an empty header', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['another scheme with parameters', 'Digest username="a", realm="b"'],
    ['a scheme that only begins alike', 'BearerX abc'],
    ['a token without a scheme', hs256Token()],
  ])('counts %s as no credentials', async (_, authorization) => {
    expect(await outcome(await request(authorization))).toEqual(MISSING)
  })

  it.each([
    ['no token', 'Bearer'],
    ['percent signs', 'Bearer %%'],
    ['a bad escape', 'Bearer %E0%A4%A'],
    ['two tokens', `Bearer ${hs256Token()} ${hs256Token()}`],
    ['two spaces', `Bearer  ${hs256Token()}`],
    ['quotes', `Bearer "${hs256Token()}"`],
    ['a text that is no token', 'Bearer undefined'],
    ['a forged token', `Bearer ${hs256Token().slice(0, -4)}AAAA`],
    ['a token of another secret', `Bearer ${hs256Token({}, OTHER_SECRET)}`],
    ['a token for another API', `Bearer ${hs256Token({ aud: 'other-api' })}`],
    ['a very long token', `Bearer ${'A'.repeat(9000)}`],
  ])('refuses %s', async (_, authorization) => {
    expect(await outcome(await request(authorization))).toEqual(INVALID)
  })

  it('tells an expired token from a forged one, so that the client refreshes', async () => {
    const response = await request(`Bearer ${hs256Token({ exp: NOW })}`)

    expect(await outcome(response)).toEqual({ ...INVALID, code: 'token_expired' })
  })

  it.each([
    ['two bearer tokens', `Bearer ${hs256Token()}, Bearer ${hs256Token()}`],
    ['a bearer token after another scheme', `Basic dXNlcjpwYXNz, Bearer ${hs256Token()}`],
    ['another scheme after a bearer token', `Bearer ${hs256Token()}, Basic dXNlcjpwYXNz`],
  ])('refuses %s as malformed', async (_, authorization) => {
    expect(await outcome(await request(authorization))).toEqual(MALFORMED)
  })

  it.each([
    ['alone', undefined, `/api/me?access_token=${hs256Token()}`],
    ['beside a good header', `Bearer ${hs256Token()}`, '/api/me?page=2&access_token=x'],
    ['with an encoded name', undefined, '/api/me?access%5Ftoken=x'],
  ])('refuses a token in the query %s', async (_, authorization, path) => {
    expect(await outcome(await request(authorization, path))).toEqual(MALFORMED)
  })

  it('passes other queries', async () => {
    const response = await request(`Bearer ${hs256Token()}`, '/api/me?page=2')

    expect(response.status).toBe(200)
  })

  it('answers 503 with Retry-After while it has no keys', async () => {
    const keyless = new Hono<{ Variables: CountersignVariables }>()
    keyless.use(countersign({ verify: () => Promise.reject(new VerifierError('no keys', 2)) }))

    const response = await keyless.request('/', { headers: { authorization: 'Bearer a.b.c' } })

    expect(response.headers.get('retry-after')).toBe('2')
    expect(await outcome(response)).toEqual({
      status: 503,
      code: 'service_unavailable',
      challenge: null,
    })
  })

  it('hides no bug behind a refusal', async () => {
    const broken = new Hono<{ Variables: CountersignVariables }>()
    broken.onError((error, c) => c.text(error.message, 500))
    broken.use(countersign({ verify: () => Promise.reject(new Error('bug')) }))

    const response = await broken.request('/', { headers: { authorization: 'Bearer a.b.c' } })

    expect(response.status).toBe(500)
  })
})

describe('requireRole', () => {
  it.each(['admin', 'owner'])('passes the role %s', async (role) => {
    const response = await request(`Bearer ${hs256Token({ role })}`, '/api/admin')

    expect(response.status).toBe(200)
  })

  it.each(['user', 'Admin', 'administrator', 'admin '])('refuses the role "%s"', async (role) => {
    const response = await request(`Bearer ${hs256Token({ role })}`, '/api/admin')

    expect(await outcome(response)).toEqual({
      status: 403,
      code: 'insufficient_role',
      challenge: 'Bearer error="insufficient_scope"',
    })
  })

  it('asks for credentials before it looks at roles', async () => {
    expect(await outcome(await request(undefined, '/api/admin'))).toEqual(MISSING)
  })

  it('fails closed where countersign is not mounted', async () => {
    const silent = new Hono().onError((_, c) => c.text('failed', 500))
    silent.get('/', requireRole('admin') as never, (c) => c.text('admin'))

    expect((await silent.request('/')).status).toBe(500)
  })

  it.each([
    ['no role', []],
    ['an empty role', ['']],
    ['two roles in one text', ['user,admin']],
  ])('refuses %s at start-up', (_, roles) => {
    expect(() => requireRole(...roles)).toThrow(TypeError)
  })
})
