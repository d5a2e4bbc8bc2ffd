import { hmacKey, signJwt, verificationKeyFromJwk } from '@countersign/core'
import { beforeAll, expect, it } from 'vitest'
import { requireOwner } from '../src/owner.js'
import { createVerifier } from '../src/verifier.js'
import {
  AUDIENCE,
  CLAIMS,
  clockAt,
  hs256Token,
  ISSUER,
  type IssuerKey,
  issuerKey,
  NOW,
  SECRET,
} from './fixtures.js'

/** What went wrong in other products, held against this one (`spec/advisories.md`). */
const now = clockAt(NOW)
const BASE = { issuer: ISSUER, audience: AUDIENCE, now }
const shared = () => createVerifier({ ...BASE, algorithms: ['HS256'], secret: SECRET })
const published = (keys: readonly object[]) =>
  createVerifier({ ...BASE, algorithms: ['EdDSA'], jwks: { keys } as never })
let key: IssuerKey
beforeAll(async () => {
  key = await issuerKey()
})

const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url')
const withHeader = (token: string, members: object) =>
  [header(members), ...token.split('.').slice(1)].join('.')

it('GHSA-cq3f-vc6p-68fh: a row of nobody is nobody’s', () => {
  for (const owner of [null, undefined, '', 0, false]) {
    for (const userId of ['alice', '', 'null', 'undefined']) {
      const row = { id: 1, user_id: owner }
      expect(() => requireOwner<{ user_id: unknown }>(row, { userId }, 'user_id')).toThrow()
    }
  }
})

it('CVE-2026-22817, CVE-2026-22818: a key has one algorithm, and the token has no say in it', async () => {
  const { alg: _alg, ...nameless } = key.jwk as Record<string, unknown>
  const token = key.token()

  expect(() => verificationKeyFromJwk(nameless as never)).toThrow(TypeError)
  expect((await published([key.jwk]).verify(token)).userId).toBe(CLAIMS.sub)
  for (const alg of ['HS256', 'none', 'RS256', 'eddsa', '']) {
    const forged = withHeader(token, { alg, kid: key.kid, typ: 'at+jwt' })
    await expect(published([key.jwk]).verify(forged)).rejects.toThrow()
  }
})

it('CVE-2026-34950: a public key is no secret, whatever stands before it', () => {
  const pem = `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(64)}\n-----END PUBLIC KEY-----`
  for (const before of ['', ' ', '\n', '\t ', '\ufeff']) {
    expect(() => hmacKey(before + pem)).toThrow(TypeError)
  }
})

it('CVE-2026-44351: an unknown key opens nothing, and an empty one is none', async () => {
  const stranger = await issuerKey()

  await expect(published([key.jwk]).verify(stranger.token())).rejects.toThrow()
  expect(() => hmacKey('')).toThrow(TypeError)
  expect(() => createVerifier({ ...BASE, algorithms: ['HS256'], secret: '' })).toThrow(TypeError)
})

it('CVE-2026-35042, CVE-2026-32597, CVE-2025-59420: critical members are not ignored', async () => {
  const claims = new TextEncoder().encode(JSON.stringify(CLAIMS))
  for (const crit of [['b64'], ['exp'], [], 'x']) {
    const members = { alg: 'HS256', kid: hmacKey(SECRET).kid, typ: 'at+jwt', crit, b64: false }
    const signed = `${header(members)}.${Buffer.from(claims).toString('base64url')}`
    const { createHmac } = await import('node:crypto')
    const mac = createHmac('sha256', SECRET).update(signed).digest('base64url')

    await expect(shared().verify(`${signed}.${mac}`)).rejects.toThrow()
  }
})

it('GHSA-rp9m-7r4c-75qg: what was verified once vouches for exactly that', async () => {
  const verifier = shared()
  const token = hs256Token()
  expect((await verifier.verify(token)).role).toBe('user')
  const [head, , mac] = token.split('.')
  const payload = header({ ...CLAIMS, role: 'admin' })

  await expect(verifier.verify(`${head}.${payload}.${mac}`)).rejects.toThrow()
  const clock = clockAt(NOW)
  const later = createVerifier({ ...BASE, now: clock, algorithms: ['HS256'], secret: SECRET })
  await later.verify(token)
  clock.advance(1000)
  await expect(later.verify(token)).rejects.toThrow()
})

it.each([
  ISSUER.slice(0, -1),
  `${ISSUER}/`,
  ISSUER.toUpperCase(),
  [ISSUER],
  [ISSUER, 'https://evil.example'],
  '',
])('CVE-2024-53861, CVE-2025-30144: the issuer is exact, and %s is another', async (iss) => {
  const claims = { ...CLAIMS, iss } as never
  const token = signJwt(claims, { key: hmacKey(SECRET), type: 'at+jwt' })

  await expect(shared().verify(token)).rejects.toThrow()
})

it('CVE-2022-23540: nobody verifies without having said by which algorithm', () => {
  const options = { ...BASE, secret: SECRET }
  expect(() => createVerifier(options as never)).toThrow(TypeError)
  expect(() => createVerifier({ ...options, algorithms: [] as never })).toThrow(TypeError)
  expect(() => createVerifier({ ...options, algorithms: ['none'] as never })).toThrow(TypeError)
})

it('CVE-2025-30204: a token of a million dots costs nothing', async () => {
  const began = performance.now()
  for (const token of ['.'.repeat(1_000_000), `a${'.a'.repeat(500_000)}`]) {
    await expect(shared().verify(token)).rejects.toThrow()
  }
  // It takes microseconds; a machine that does much else may take its time.
  expect(performance.now() - began).toBeLessThan(1_000)
})

it('CVE-2024-33663: a token signed with another kind of key is no token', async () => {
  const forged = signJwt(CLAIMS as never, { key: hmacKey(SECRET), type: 'at+jwt' })

  await expect(published([key.jwk]).verify(forged)).rejects.toThrow()
})
