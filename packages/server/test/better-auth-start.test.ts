import { hmacKey } from '@countersign/core'
import type { BetterAuthOptions } from 'better-auth'
import { jwt } from 'better-auth/plugins'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { countersign } from '../src/better-auth.js'
import type { TestDatabase } from './databases.js'
import {
  AUDIENCE,
  emptyServer,
  ISSUER,
  JWT_SECRET,
  ORIGIN,
  startIssuer,
  withPlugin,
} from './issuer-fixture.js'

const WELL_KNOWN = '/.well-known/oauth-authorization-server'

let test: TestDatabase
let issuer: Awaited<ReturnType<typeof startIssuer>>
beforeAll(async () => {
  test = await emptyServer()
  issuer = await startIssuer(test.database, {})
})
afterAll(() => test.close())
afterEach(() => vi.unstubAllEnvs())

describe('countersign()', () => {
  it.each([
    ['no way to sign', {}, /exactly one of "secret" and "signing"/],
    ['two ways to sign', { secret: JWT_SECRET, signing: { secret: JWT_SECRET } }, /exactly one/],
    ['a short secret', { secret: 'short' }, /at least 32 bytes/],
    ['an option that there is not', { secret: JWT_SECRET, skipChecks: true }, /unknown option/],
    [
      'a client that anybody could be',
      { secret: JWT_SECRET, clients: [{ id: 'a', secret: 'b' }] },
      /clients/,
    ],
    [
      'HS256 for keys of its own',
      { signing: { algorithm: 'HS256', secret: JWT_SECRET } },
      /signing/,
    ],
  ])('refuses %s', (_what, given, rule) => {
    const options = { database: test.database, audience: AUDIENCE, ...given }

    expect(() => countersign(options as never)).toThrow(rule)
  })

  const storage = { get: async () => null, set: async () => {}, delete: async () => {} }
  const choosable = { additionalFields: { role: { type: 'string' } } } as const
  it.each<[string, Partial<BetterAuthOptions>, RegExp]>([
    ['no address of its own', { baseURL: '' }, /baseURL/],
    ['sessions outside of the database', { secondaryStorage: storage as never }, /storeSession/],
    ['a role that users choose', { user: choosable, plugins: [] }, /input: false/],
    ['jwt() on its path', { plugins: [jwt({ jwks: { jwksPath: '/countersign/jwks' } })] }, /jwt/],
  ])('does not start with %s', async (_what, given, rule) => {
    await expect(withPlugin(test.database, given).$context).rejects.toThrow(rule)
  })

  it('starts beside jwt() on a path of its own', async () => {
    await expect(withPlugin(test.database, { plugins: [jwt()] }).$context).resolves.toBeDefined()
  })

  it.each([
    ['that of Better Auth', 'the secret of Better Auth, of no other use', {}],
    ['AUTH_SECRET', JWT_SECRET, { AUTH_SECRET: JWT_SECRET }],
    ['BETTER_AUTH_SECRET', JWT_SECRET, { BETTER_AUTH_SECRET: JWT_SECRET }],
  ])('warns when the shared secret is %s', async (_which, secret, env) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const lines: string[] = []
    const log = (_level: string, message: string) => void lines.push(message)

    await withPlugin(test.database, { logger: { log } }, { secret }).$context

    expect(lines.join()).toMatch(/could forge sessions/)
    expect(lines.join()).not.toContain(secret)
  })

  it('says nothing of a secret of its own', async () => {
    const lines: string[] = []

    await withPlugin(test.database, { logger: { log: (_, line) => void lines.push(line) } })
      .$context

    expect(lines.join()).not.toMatch(/countersign/)
  })

  it('requires that a password reset ends sessions, unless the configuration says no', async () => {
    const { emailAndPassword } = (await withPlugin(test.database).$context).options
    const off = { enabled: true, revokeSessionsOnPasswordReset: false }
    const other = await withPlugin(test.database, { emailAndPassword: off }).$context

    expect(emailAndPassword?.revokeSessionsOnPasswordReset).toBe(true)
    expect(other.options.emailAndPassword?.revokeSessionsOnPasswordReset).toBe(false)
  })
})

describe('the metadata', () => {
  it.each([
    ['below the issuer', ISSUER + WELL_KNOWN],
    ['where RFC 8414 has it', `${ORIGIN}${WELL_KNOWN}/api/auth`],
  ])('is told %s', async (_where, url) => {
    const answer = await issuer.auth.handler(new Request(url))

    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await answer.json()).toMatchObject({
      issuer: ISSUER,
      revocation_feed_uri: `${ISSUER}/revocations`,
      access_token_signing_alg_values_supported: ['HS256'],
      countersign_hs256_kids: [expect.stringMatching(/^[\w-]{8}$/)],
    })
  })

  it('lists a secret that another one replaces, after the one that signs', async () => {
    const newer = 'a newer secret that the web server and the API share'
    const calls = await startIssuer(test.database, { plugin: { secret: [newer, JWT_SECRET] } })
    const token = await calls.token(await calls.signUp())

    const document = await (await calls.get(WELL_KNOWN)).json()

    const kids = [newer, JWT_SECRET].map((secret) => hmacKey(secret).kid)
    expect(document).toMatchObject({ countersign_hs256_kids: kids })
    await expect(calls.verifier({ secret: newer }).verify(token)).resolves.toBeDefined()
    await expect(calls.verifier({}).verify(token)).rejects.toMatchObject({ code: 'key_mismatch' })
  })

  it('is not told for another path of that place', async () => {
    const answer = await issuer.auth.handler(new Request(`${ORIGIN}${WELL_KNOWN}/other`))

    expect(answer.status).toBe(404)
  })

  it('lets an API with another secret find out when it starts', async () => {
    const warnings: string[] = []
    const onWarning = ({ code }: { code: string }) => void warnings.push(code)
    const same = issuer.verifier({ onWarning, onMismatch: 'exit' })
    const other = issuer.verifier({
      secret: 'another secret, of thirty-two characters',
      onWarning,
      onMismatch: 'exit',
    })

    await same.ready()
    expect(warnings).toEqual([])
    await expect(other.ready()).rejects.toThrow(/the issuer signs with secret/)
    expect(warnings).toEqual(['key_mismatch'])
  })
})

describe('the role in a token', () => {
  it.each([
    ['that of the admin plugin', 'editor', undefined, 'editor'],
    ['none of a list', 'admin,user', undefined, 'user'],
    ['chosen by the option', 'admin,user', () => 'owner', 'owner'],
  ])('is %s', async (_which, stored, role, expected) => {
    const plugin = role ? { role } : {}
    const calls = await startIssuer(test.database, { plugin })
    const cookie = await calls.signUp()
    const { userId } = await calls.verifier({}).verify(await calls.token(cookie))
    await test.database.query({
      text: `update "user" set role = $1 where id = $2`,
      values: [stored, userId],
    })

    const identity = await calls.verifier({}).verify(await calls.token(cookie))

    expect(identity).toMatchObject({ role: expected, claims: { ver: 2 } })
  })
})
