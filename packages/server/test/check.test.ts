import { generatePrivateJwk, publicJwk } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CheckOptions, check } from '../src/conformance/check.js'
import type { Finding } from '../src/conformance/findings.js'
import type { Rule } from '../src/conformance/rules.js'
import { STRICT_WINDOWS } from '../src/sessions/policy.js'
import {
  ACCOUNT,
  type ApiSetUp,
  AUDIENCE,
  type AuthSetUp,
  authServers,
  JWT_SECRET,
  openCors,
  startApi,
  withoutSecure,
} from './set-up-fixture.js'

const SHARED = { algorithm: 'HS256', jwtSecret: JWT_SECRET } as const
const ENV = { COUNTERSIGN_JWT_SECRET: JWT_SECRET }
const OTHER_SECRET = 'another-secret-of-tokens-0123456789abc'

let servers: Awaited<ReturnType<typeof authServers>>
let shared: string
beforeAll(async () => {
  servers = await authServers()
  shared = await servers.start({ options: SHARED })
}, 60_000)
afterAll(() => servers?.close())

const faults = (findings: readonly Finding[]) =>
  Object.fromEntries(
    findings.filter(({ level }) => level === 'fail').map(({ rule, detail }) => [rule, detail]),
  )
const levelOf = (findings: readonly Finding[], rule: Rule) =>
  findings.find((finding) => finding.rule === rule)?.level

/** Checks an API of the server with the shared secret, which `check` knows as well. */
async function checkApi(setUp: Partial<ApiSetUp> = {}, env: Record<string, string> = ENV) {
  const api = await startApi({ issuer: `${shared}/api/auth`, secret: JWT_SECRET, ...setUp })
  try {
    const options = { kind: 'api', issuer: shared, audience: AUDIENCE, account: ACCOUNT } as const
    return await check(api.url, options, env)
  } finally {
    api.close()
  }
}

async function checkAuth(setUp: AuthSetUp = {}, options: CheckOptions = {}) {
  const url = await servers.start(setUp)
  return check(url, { account: ACCOUNT, audience: AUDIENCE, ...options })
}

describe('check of an API', () => {
  it('finds nothing wrong with one that verifies everything', async () => {
    const findings = await checkApi()

    expect(faults(findings)).toEqual({})
    const skipped = findings.filter(({ level }) => level === 'skip').map(({ rule }) => rule)
    expect(skipped).toEqual(['confused_key', 'old_key'])
  })

  it.each<[string, Partial<ApiSetUp>, Rule, RegExp]>([
    ['a wrong secret', { secret: OTHER_SECRET }, 'genuine_token', /wrong secret/],
    ['a wrong audience', { audience: 'api' }, 'genuine_token', /expects the audience api/],
    ['verify_exp off', { verifiesExp: false }, 'expired', /exp is not verified/],
    ['a clock two minutes behind', { clockSeconds: -120 }, 'clock', /119|120|121/],
    ['a clock two minutes ahead', { clockSeconds: 120 }, 'clock', /ahead of this machine/],
    [
      'open CORS',
      {
        headers: {
          'Access-Control-Allow-Origin': 'THE ORIGIN',
          'Access-Control-Allow-Credentials': 'true',
        },
      },
      'open_cors',
      /with credentials/,
    ],
    [
      'answers that caches keep',
      { headers: { 'Cache-Control': 'max-age=60' } },
      'no_store',
      /max-age/,
    ],
  ])('names %s', async (_name, setUp, rule, words) => {
    const found = faults(await checkApi(setUp))

    expect(found[rule]).toMatch(words)
  })

  it('names a wrong issuer by the spelling that the API expects', async () => {
    const found = faults(await checkApi({ issuer: `${shared}/api/auth/` }))

    expect(found.genuine_token).toMatch(/expects the issuer \S+\/api\/auth\/, not/)
  })

  it('says that a clock is behind where a new token seems to come from the future', async () => {
    const found = faults(await checkApi({ clockSeconds: -120 }))

    expect(found.genuine_token).toMatch(/its clock is behind/)
    expect(found.expired).toMatch(/its clock is behind/)
  })

  it('names the variable whose secret somebody mixed up', async () => {
    const env = { ...ENV, BETTER_AUTH_SECRET: OTHER_SECRET }

    const found = faults(await checkApi({ secret: OTHER_SECRET }, env))

    expect(found.genuine_token).toMatch(/that of BETTER_AUTH_SECRET/)
    expect(JSON.stringify(found)).not.toContain(OTHER_SECRET)
  })

  it('names an old key that an API has pinned, and one that it still trusts', async () => {
    const [signs, left] = await Promise.all([
      generatePrivateJwk('EdDSA'),
      generatePrivateJwk('EdDSA'),
    ])
    const env = { COUNTERSIGN_CHECK_KEY: JSON.stringify({ keys: [signs, left] }) }
    const issuer = 'https://auth.example.com/api/auth'
    const options = { kind: 'api', issuer, audience: AUDIENCE } as const
    const pinned = await startApi({ issuer, pinned: [publicJwk(left)] })
    const both = await startApi({ issuer, pinned: [publicJwk(signs), publicJwk(left)] })

    const [old, trusting] = [
      await check(pinned.url, options, env),
      await check(both.url, options, env),
    ]
    pinned.close()
    both.close()

    expect(faults(old).genuine_token).toMatch(`it holds an old key, ${left.kid}`)
    expect(levelOf(trusting, 'genuine_token')).toBe('ok')
    expect(faults(trusting).old_key).toMatch(/accepted/)
  })

  it('tries what strangers can try, and says what it could not', async () => {
    const api = await startApi({ issuer: 'https://auth.example.com/api/auth', secret: JWT_SECRET })

    const findings = await check(api.url, { kind: 'api' })
    api.close()

    expect(faults(findings)).toEqual({})
    expect(levelOf(findings, 'missing_token')).toBe('ok')
    expect(levelOf(findings, 'expired')).toBe('skip')
  })

  it('warns of one that accepts tokens for years', async () => {
    const findings = await checkApi({ maxLifetimeSeconds: 1e9 })

    expect(faults(findings)).toEqual({})
    expect(levelOf(findings, 'long_life')).toBe('warn')
  })

  it('leaves out what it is told to', async () => {
    const api = await startApi({
      issuer: `${shared}/api/auth`,
      secret: JWT_SECRET,
      verifiesExp: false,
    })

    const findings = await check(api.url, { kind: 'api', without: ['expired'] }, ENV)
    api.close()

    expect(levelOf(findings, 'expired')).toBe('skip')
  })
})

describe('check of an auth server', () => {
  it('finds nothing wrong with ours', async () => {
    const findings = await checkAuth()

    expect(faults(findings)).toEqual({})
    const others = findings.filter(({ level }) => level !== 'ok').map(({ rule }) => rule)
    expect(others).toEqual(['forwarded', 'reuse'])
  })

  it('sees a reuse detected where tokens rotate at once', async () => {
    const findings = await checkAuth({ options: { session: { ...STRICT_WINDOWS } } })

    expect(levelOf(findings, 'reuse')).toBe('ok')
    expect(faults(findings).parallel_refresh).toMatch(/rotates strictly, without a grace/)
  })

  it.each<[string, NonNullable<AuthSetUp['tamper']>, Rule, RegExp]>([
    ['a cookie without Secure', withoutSecure, 'cookie', /no Secure/],
    ['a key set that is down', downAt('/jwks'), 'key_set', /jwks answers 503/],
    ['CORS open to everybody', openCors, 'open_cors', /CORS is open/],
    ['sessions that caches keep', cached, 'no_store', /missing/],
    ['errors that are pages', asPages, 'refusal_form', /page/],
  ])('names %s', async (_name, tamper, rule, words) => {
    const found = faults(await checkAuth({ tamper }))

    expect(found[rule]).toMatch(words)
  })

  it('names an old key set, in which the key that signs is missing', async () => {
    const keys = [publicJwk(await generatePrivateJwk('EdDSA'))]
    const tamper = (answer: Response, path: string) =>
      path.endsWith('/jwks') ? Response.json({ keys }) : answer

    const found = faults(await checkAuth({ tamper }))

    expect(found.key_of_token).toMatch(/not in the key set: is it an old one/)
  })

  it('names a wrong audience, and a wrong issuer', async () => {
    const other = await servers.start({ options: { audience: 'other-api' } })
    const audience = faults(await check(other, { account: ACCOUNT, audience: AUDIENCE }))
    const elsewhere = await servers.start({ options: { url: 'http://localhost:1' } })
    const issuer = faults(await check(elsewhere, { account: ACCOUNT }))

    expect(audience.token_profile).toBe(`aud is other-api, not ${AUDIENCE}`)
    expect(issuer.metadata).toMatch(/calls itself http:\/\/localhost:1\/api\/auth, not/)
    expect(issuer.token_profile).toMatch(/iss is http:\/\/localhost:1/)
  })

  it('says what it needs where there is no account', async () => {
    const findings = await check(shared, {})

    expect(faults(findings)).toEqual({})
    expect(levelOf(findings, 'parallel_refresh')).toBe('skip')
  })
})

function downAt(path: string) {
  return (answer: Response, asked: string) =>
    asked.endsWith(path) ? new Response(null, { status: 503 }) : answer
}

function cached(answer: Response): Response {
  answer.headers.delete('Cache-Control')
  return answer
}

function asPages(answer: Response): Response {
  if (answer.status < 400) return answer
  const headers = { 'Content-Type': 'text/html' }
  return new Response('<h1>Error</h1>', { status: answer.status, headers })
}
