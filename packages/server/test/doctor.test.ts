import { generatePrivateJwk, publicJwk } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DoctorOptions, examine } from '../src/conformance/doctor.js'
import { type Finding, probe } from '../src/conformance/findings.js'
import { SETTINGS_PROBES } from '../src/conformance/settings-probes.js'
import type { Environment } from '../src/environment.js'
import { STRICT_WINDOWS } from '../src/sessions/policy.js'
import { SECRET } from './server-fixture.js'
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
const OTHER_SECRET = 'another-secret-of-tokens-0123456789abc'

let servers: Awaited<ReturnType<typeof authServers>>
beforeAll(async () => {
  servers = await authServers()
}, 60_000)
afterAll(() => servers?.close())

interface SetUp {
  readonly auth?: AuthSetUp
  readonly api?: Partial<ApiSetUp>
  /** What the parts read beside their addresses. */
  readonly env?: Environment
  readonly apiEnv?: Environment
  readonly options?: Partial<DoctorOptions>
}

/** An auth server and an API that share a secret, unless a set-up says otherwise. */
async function doctor({ auth = { options: SHARED }, api = {}, env, apiEnv, options }: SetUp = {}) {
  const url = await servers.start(auth)
  const issuer = `${url}/api/auth`
  const keys = auth.options?.algorithm === 'HS256' ? { secret: JWT_SECRET } : {}
  const running = await startApi({ issuer, ...keys, ...api })
  const shared = { COUNTERSIGN_URL: url, COUNTERSIGN_AUDIENCE: AUDIENCE, ...env }
  const all = keys.secret ? { ...shared, COUNTERSIGN_JWT_SECRET: JWT_SECRET } : shared
  try {
    return await examine({
      auth: url,
      api: running.base,
      me: ['/api/v1/auth/me'],
      account: ACCOUNT,
      environments: { auth: all, web: all, api: { ...all, ...apiEnv } },
      ...options,
    })
  } finally {
    running.close()
  }
}

const faults = (findings: readonly Finding[]) =>
  findings
    .filter(({ level }) => level === 'fail')
    .map(({ part, rule, detail }) => `${part} ${rule}: ${detail}`)
const levelOf = (findings: readonly Finding[], part: string, rule: string) =>
  findings.find((finding) => finding.part === part && finding.rule === rule)?.level

describe('doctor', () => {
  it('finds nothing wrong where all parts agree', async () => {
    const findings = await doctor()

    expect(faults(findings)).toEqual([])
    expect(levelOf(findings, 'api', 'genuine_token')).toBe('ok')
    expect(levelOf(findings, 'settings', 'same_secret')).toBe('ok')
    expect(levelOf(findings, 'auth server', 'parallel_refresh')).toBe('ok')
  })

  it('signs with the key of the database where it may', async () => {
    const env = { DATABASE_URL: servers.databaseUrl, COUNTERSIGN_SECRET: SECRET }

    const [whole, broken] = [
      await doctor({ auth: {}, env }),
      await doctor({ auth: {}, env, api: { verifiesExp: false } }),
    ]

    expect(faults(whole)).toEqual([])
    expect(levelOf(whole, 'api', 'other_audience')).toBe('ok')
    expect(faults(broken)).toEqual([expect.stringContaining('exp is not verified')])
  })

  it('names a wrong secret, by its fingerprint', async () => {
    const apiEnv = { COUNTERSIGN_JWT_SECRET: OTHER_SECRET }

    const found = faults(await doctor({ api: { secret: OTHER_SECRET }, apiEnv }))

    expect(found[0]).toMatch(
      /same_secret: the auth server signs with secret \S+, api holds another/,
    )
    expect(found[1]).toMatch(
      /^api genuine_token: .* it holds secret \S+, and the issuer signs with/,
    )
    expect(found.join()).not.toContain(OTHER_SECRET)
  })

  it('names a wrong audience', async () => {
    const apiEnv = { COUNTERSIGN_AUDIENCE: 'other-api' }

    const found = faults(await doctor({ api: { audience: 'other-api' }, apiEnv }))

    expect(found).toContainEqual(expect.stringMatching(/same_audience: .* todo-api .* other-api/))
    expect(found).toContainEqual(expect.stringMatching(/it expects the audience other-api, not/))
  })

  it('names a wrong issuer', async () => {
    const url = await servers.start({ options: SHARED })
    const issuer = `${url.replace('localhost', '127.0.0.1')}/api/auth`
    const running = await startApi({ issuer, secret: JWT_SECRET })
    const env = { COUNTERSIGN_URL: url, COUNTERSIGN_JWT_SECRET: JWT_SECRET }
    const apiEnv = { ...env, COUNTERSIGN_URL: url.replace('localhost', '127.0.0.1') }

    const environments = { auth: env, web: env, api: apiEnv }
    const base = { auth: url, api: running.base, me: ['/me'], account: ACCOUNT, environments }
    const found = faults(await examine(base))
    running.close()

    expect(found).toContainEqual(expect.stringMatching(/same_address: COUNTERSIGN_URL is .*127/))
    expect(found).toContainEqual(expect.stringMatching(/it expects the issuer http:\/\/127/))
  })

  it('names an API whose verify_exp is off', async () => {
    const found = faults(await doctor({ api: { verifiesExp: false } }))

    expect(found).toEqual([expect.stringMatching(/^api expired: .*exp is not verified/)])
  })

  it('names a cookie without Secure', async () => {
    const found = faults(await doctor({ auth: { options: SHARED, tamper: withoutSecure } }))

    expect(found).toEqual([expect.stringMatching(/^auth server cookie: .*no Secure/)])
  })

  it('names open CORS, at the auth server and at the API', async () => {
    const headers = {
      'Access-Control-Allow-Origin': 'THE ORIGIN',
      'Access-Control-Allow-Credentials': 'true',
    }

    const auth = { options: SHARED, tamper: openCors }

    const found = faults(await doctor({ auth, api: { headers } }))

    expect(found).toEqual([
      expect.stringMatching(/^auth server open_cors: CORS is open/),
      expect.stringMatching(/^api open_cors: CORS is open .* with credentials/),
    ])
  })

  it('names strict rotation without a grace', async () => {
    const session = { ...STRICT_WINDOWS }

    const found = faults(await doctor({ auth: { options: { ...SHARED, session } } }))

    expect(found).toEqual([expect.stringMatching(/parallel_refresh: .*without a grace/)])
  })

  it.each([
    [-120, /behind this machine/],
    [120, /ahead of this machine/],
  ])('names a clock that is %i s off', async (clockSeconds, words) => {
    const found = faults(await doctor({ api: { clockSeconds } }))

    expect(found[0]).toMatch(/^api clock: its clock is 1[12]\d s/)
    expect(found[0]).toMatch(words)
  })

  it('names a key set that is down', async () => {
    const tamper = (answer: Response, path: string) =>
      path.endsWith('/jwks') ? new Response(null, { status: 503 }) : answer

    const found = faults(await doctor({ auth: { tamper } }))

    expect(found).toContainEqual(expect.stringMatching(/key_set: \S+\/jwks answers 503/))
    expect(found).toContainEqual(expect.stringMatching(/^api genuine_token: .* 503/))
  })

  it('names an old key, in the key set and at the API', async () => {
    const old = publicJwk(await generatePrivateJwk('EdDSA'))
    const tamper = (answer: Response, path: string) =>
      path.endsWith('/jwks') ? Response.json({ keys: [old] }) : answer

    const published = faults(await doctor({ auth: { tamper } }))
    const pinned = faults(await doctor({ auth: {}, api: { pinned: [old] } }))

    expect(published).toContainEqual(expect.stringMatching(/key_of_token: .* is it an old one/))
    expect(pinned).toEqual([expect.stringMatching(/^api genuine_token: .*\(or hold an old key\)/)])
  })

  it('warns of a token secret that has another purpose, and of two sites', async () => {
    const env = { BETTER_AUTH_SECRET: JWT_SECRET }
    const options = { web: 'http://app.localhost:1' }
    const findings = await doctor({ env, options: { ...options, without: ['sign_in'] } })

    const warned = findings.filter(({ level }) => level === 'warn').map(({ rule }) => rule)
    expect(warned).toEqual(expect.arrayContaining(['own_secret', 'same_site']))
    expect(JSON.stringify(findings)).not.toContain(JWT_SECRET)
  })

  it.each([
    [{ auth: 'https://auth.example.com', api: 'http://127.0.0.1:8000' }, 'ok'],
    [{ auth: 'https://auth.example.com', api: 'http://api.example.com' }, 'fail'],
  ])('looks for plain http that leaves this machine: %j is %s', async (addresses, level) => {
    const settings = { auth: {}, web: {}, api: {}, addresses, listedKids: [] }

    const findings = await probe(settings, SETTINGS_PROBES, { part: 'x', without: new Set() })

    expect(levelOf(findings, 'x', 'https')).toBe(level)
  })

  it('reports parts that are not there', async () => {
    const environments = { auth: {}, web: {}, api: {} }
    const gone = await startApi({ issuer: 'x' })
    gone.close()

    const findings = await examine({
      ...{ auth: gone.base, api: gone.base, web: gone.base, me: ['/me'] },
      account: undefined,
      environments,
    })

    const told = faults(findings).map((line) => line.split(' ', 1)[0])
    expect(new Set(told)).toEqual(new Set(['auth', 'api', 'web']))
  })
})
