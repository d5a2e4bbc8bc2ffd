import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CountersignVariables, countersign, requireFresh, requireRole } from '../src/hono.js'
import { createTestAuth } from '../src/testing.js'
import { createVerifier } from '../src/verifier.js'

afterEach(() => vi.unstubAllEnvs())

describe('createTestAuth', () => {
  it('makes tokens that its verifier accepts, with a default for everything', async () => {
    const auth = createTestAuth()

    const identity = await auth.verifier.verify(auth.token())

    expect(identity).toMatchObject({
      userId: 'test-user',
      email: 'test-user@example.test',
      role: 'user',
      sessionId: 'test-session',
      clientId: 'test-client',
    })
  })

  it('makes a token for any identity, with claims of your own', () => {
    const auth = createTestAuth()

    const token = auth.token({ userId: 'ada', role: 'admin', claims: { tenant: 'acme' } })
    const identity = auth.verifier.verifySync(token)

    expect(identity).toMatchObject({ userId: 'ada', email: 'ada@example.test', role: 'admin' })
    expect(identity.claims).toMatchObject({ tenant: 'acme' })
  })

  it('gives every token an id of its own', () => {
    const auth = createTestAuth()

    const ids = [auth.token(), auth.token()].map((token) => auth.verifier.verifySync(token).tokenId)

    expect(ids[0]).not.toBe(ids[1])
  })

  it.each([
    ['an expired token', { expiresAt: 1_000 }, 'token_expired'],
    ['a token from the future', { issuedAt: 4_000_000_000 }, 'invalid_token'],
    ['a token for another API', { claims: { aud: 'other-api' } }, 'invalid_token'],
  ])('makes %s, which is refused by the real rules', async (_, identity, code) => {
    const auth = createTestAuth()

    await expect(auth.verifier.verify(auth.token(identity))).rejects.toMatchObject({ code })
  })

  it('goes by a clock that the test moves', () => {
    let time = 1_000
    const auth = createTestAuth({ now: () => time })
    const token = auth.token()

    time += 900

    expect(() => auth.verifier.verifySync(token)).toThrow('"exp"')
  })

  it('revokes a session at once, and no other', async () => {
    const auth = createTestAuth()
    const [ended, other] = [auth.token({ sessionId: 'a' }), auth.token({ sessionId: 'b' })]
    await auth.verifier.verify(ended)

    auth.revoke('a')

    await expect(auth.verifier.verify(ended)).rejects.toMatchObject({ code: 'token_revoked' })
    await expect(auth.verifier.verify(other)).resolves.toMatchObject({ sessionId: 'b' })
  })

  it('has a feed that can be cut off, and every policy for it', async () => {
    const auth = createTestAuth()
    const token = auth.token()
    const verify = (whenStale: 'open' | 'closed' | 'introspect') =>
      auth.verifier.verify(token, { whenStale }).then(
        () => 'passed',
        ({ code }) => code,
      )

    auth.goStale()
    const unaware = [await verify('open'), await verify('closed'), await verify('introspect')]
    auth.revoke('test-session')
    const revoked = [await verify('open'), await verify('closed'), await verify('introspect')]
    auth.goLive()

    expect(unaware).toEqual(['passed', 'service_unavailable', 'passed'])
    expect(revoked).toEqual(['passed', 'service_unavailable', 'token_revoked'])
    expect(await verify('open')).toBe('token_revoked')
    expect(auth.verifier.feed.state).toBe('live')
  })

  it('does what its documentation shows', async () => {
    const auth = createTestAuth()
    const app = new Hono<{ Variables: CountersignVariables }>()
    app.use(countersign(auth.verifier))
    app.get('/admin', requireRole('admin'), requireFresh(), (c) => c.text('ok'))
    const status = async (role: string) =>
      (await app.request('/admin', { headers: auth.header({ role }) })).status

    expect([await status('admin'), await status('user')]).toEqual([200, 403])
    auth.revoke('test-session')
    expect(await status('admin')).toBe(401)
  })
})

describe('in production', () => {
  it('refuses to run', () => {
    vi.stubEnv('NODE_ENV', 'production')

    expect(() => createTestAuth()).toThrow(TypeError)
  })

  it('has no key in common with another call, let alone with a real issuer', () => {
    const [one, other] = [createTestAuth(), createTestAuth()]

    expect(() => other.verifier.verifySync(one.token())).toThrow(
      expect.objectContaining({ code: 'unknown_key' }),
    )
  })

  it('makes tokens that a real verifier of the same issuer and audience refuses', () => {
    const { issuer, audience, token } = createTestAuth()
    const secret = 'a secret of the real thing, 32 bytes or more'
    const real = createVerifier({ issuer, audience, algorithms: ['HS256'], secret })

    expect(() => real.verifySync(token())).toThrow(expect.objectContaining({ name: 'TokenError' }))
  })
})
