import { generatePrivateJwk, signAccessToken, signingKeyFromJwk } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestDatabase } from './databases.js'
import {
  AUDIENCE,
  cookiesOf,
  EMPTY_DATABASES,
  emptyServer,
  ISSUER,
  newEmail,
  ORIGIN,
  PASSWORD,
  startIssuer,
} from './issuer-fixture.js'

type Issuer = Awaited<ReturnType<typeof startIssuer>>

describe.each(EMPTY_DATABASES)('a Better Auth with countersign() on %s', (_name, open) => {
  let test: TestDatabase
  let issuer: Issuer

  beforeAll(async () => {
    test = await open()
    issuer = await startIssuer(test.database, {})
  })
  afterAll(() => test.close())

  it('gives a session an access token that an API with the shared secret verifies', async () => {
    const email = newEmail()
    const cookie = await issuer.signUp(email)

    const answer = await issuer.refresh(cookie)

    const body = (await answer.json()) as Record<string, string>
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { email } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const identity = await issuer.verifier({}).verify(body.accessToken ?? '')
    expect(identity).toMatchObject({ email, role: 'user', clientId: 'public' })
    const session = await issuer.get('/get-session', { Cookie: cookie })
    expect(await session.json()).toMatchObject({
      session: { id: identity.sessionId },
      user: { id: identity.userId, ver: 1 },
    })
  })

  it('gives nothing to nobody, to a forged cookie or to one of a session that ended', async () => {
    const cookie = await issuer.signUp()
    const forged = cookie.replace(/(session_token=[^.;]{8})[^.;]/, '$1!')
    const unsigned = cookie.replace(/(session_token=[^.;]+)[^;]*/, '$1')
    const codeOf = async (answer: Response) => [
      answer.status,
      ((await answer.json()) as { code: string }).code,
    ]

    expect(forged).not.toBe(cookie)
    expect(await codeOf(await issuer.post('/countersign/refresh', {}))).toEqual([
      401,
      'missing_token',
    ])
    expect(await codeOf(await issuer.refresh(forged))).toEqual([401, 'missing_token'])
    expect(await codeOf(await issuer.refresh(unsigned))).toEqual([401, 'missing_token'])
    await issuer.post('/sign-out', {}, { Cookie: cookie })
    expect(await codeOf(await issuer.refresh(cookie))).toEqual([401, 'session_ended'])
  })

  it('answers another origin, and none, as Better Auth does', async () => {
    const cookie = await issuer.signUp()

    const evil = await issuer.refresh(cookie, { Origin: 'https://evil.example' })
    const none = await issuer.auth.handler(
      new Request(`${ISSUER}/countersign/refresh`, { method: 'POST', headers: { Cookie: cookie } }),
    )

    expect([evil.status, await evil.json()]).toMatchObject([403, { code: 'INVALID_ORIGIN' }])
    expect([none.status, await none.json()]).toMatchObject([
      403,
      { code: 'MISSING_OR_NULL_ORIGIN' },
    ])
  })

  it.each([
    ['without a body', null, undefined],
    ['with an empty body, as some servers hand it on', '', undefined],
    ['with a body that is none of its business', 'hello', 'text/plain'],
  ])('answers a request %s', async (_what, body, type) => {
    const headers = { Cookie: await issuer.signUp(), Origin: ORIGIN }
    const init = {
      method: 'POST',
      body,
      headers: type ? { ...headers, 'Content-Type': type } : headers,
    }

    const answer = await issuer.auth.handler(new Request(`${ISSUER}/countersign/refresh`, init))

    expect(answer.status).toBe(200)
  })

  it('takes no session from a query, and no other method', async () => {
    const cookie = await issuer.signUp()
    const value = encodeURIComponent(cookie.split('=')[1] ?? '')

    const query = await issuer.post(
      `/countersign/refresh?token=${value}&session_token=${value}`,
      {},
    )
    const get = await issuer.get('/countersign/refresh', { Cookie: cookie, Origin: ORIGIN })

    expect([query.status, get.status]).toEqual([401, 404])
  })

  it('gives no token before the second factor', async () => {
    const email = newEmail()
    const first = await issuer.signUp(email)
    const enabled = await issuer.post(
      '/two-factor/enable',
      { password: PASSWORD },
      { Cookie: first },
    )
    const { backupCodes } = (await enabled.json()) as { backupCodes: string[] }

    const half = await issuer.signIn(email)
    const refused = await issuer.refresh(half)
    const code = backupCodes[0]
    const second = await issuer.post('/two-factor/verify-backup-code', { code }, { Cookie: half })

    expect(half).toContain('two_factor')
    expect(refused.status).toBe(401)
    expect(second.status).toBe(200)
    expect((await issuer.refresh(cookiesOf(second))).status).toBe(200)
  })
})

describe('keys of our own', () => {
  let test: TestDatabase
  let issuer: Issuer

  beforeAll(async () => {
    test = await emptyServer()
    issuer = await startIssuer(test.database, {
      plugin: { signing: { secret: 'abcdefghijklmnopqrstuvwxyz0123456789' } },
    })
  })
  afterAll(() => test.close())

  it('verify through the published key set, which a cache may keep', async () => {
    const verifier = issuer.verifier({
      algorithms: ['EdDSA'],
      jwksUri: `${ISSUER}/countersign/jwks`,
    })

    const identity = await verifier.verify(await issuer.token(await issuer.signUp()))

    expect(identity.role).toBe('user')
    const answer = await issuer.get('/countersign/jwks')
    const etag = answer.headers.get('etag') ?? ''
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(JSON.stringify(await answer.json())).not.toContain('"d"')
    expect((await issuer.get('/countersign/jwks', { 'If-None-Match': etag })).status).toBe(304)
  })

  it('do not verify what another key signed', async () => {
    const verifier = issuer.verifier({
      algorithms: ['EdDSA'],
      jwksUri: `${ISSUER}/countersign/jwks`,
    })
    const { claims } = await verifier.verify(await issuer.token(await issuer.signUp()))
    const foreign = signingKeyFromJwk(await generatePrivateJwk('EdDSA'))

    const forged = signAccessToken({ ...claims, aud: AUDIENCE } as never, foreign)

    await expect(verifier.verify(forged)).rejects.toMatchObject({ name: 'TokenError' })
  })

  it('rest encrypted, and the next process finds the same', async () => {
    await issuer.token(await issuer.signUp())
    const [row] = await test.database.query<{ kid: string; box: Uint8Array }>({
      text: 'select kid, encrypted_private_jwk as box from countersign_signing_keys',
    })

    const again = await startIssuer(test.database, {
      plugin: { signing: { secret: 'abcdefghijklmnopqrstuvwxyz0123456789' } },
    })

    const published = await (await again.get('/countersign/jwks')).json()
    expect(published).toMatchObject({ keys: [{ kid: row?.kid, alg: 'EdDSA' }] })
    expect(Buffer.from(row?.box ?? []).toString('latin1')).not.toContain('"kty"')
  })
})
