import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signAccessToken, verifyAccessToken } from '../src/access-token.js'
import {
  assertionKey,
  signClientAssertion,
  verifyClientAssertion,
} from '../src/client-assertion.js'
import { signJwt } from '../src/jws.js'
import { hmacKey } from '../src/keys.js'
import { ASSERTION_TYPE } from '../src/protocol.js'

const NOW = 1_790_000_000
const clientSecret = randomBytes(32).toString('base64url')
const issuer = 'https://auth.example.com/api/auth'
const parties = { clientId: 'web', clientSecret, issuer, now: () => NOW }
const person = {
  provider: 'google',
  accountId: '1098',
  email: 'ada@example.com',
  emailVerified: true,
  name: 'Ada',
  image: 'https://example.com/ada.png',
}
const assertion = signClientAssertion(person, parties)
const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString())

/** An assertion of the same key that says something else. */
function forged(changed: object, type = ASSERTION_TYPE, secret = clientSecret): string {
  return signJwt({ ...claims, ...changed }, { key: assertionKey(secret), type })
}

describe('signClientAssertion', () => {
  it('lives for 60 seconds and names both parties', () => {
    expect(claims).toMatchObject({ iss: 'web', aud: issuer, iat: NOW, exp: NOW + 60 })
  })

  it('gives every assertion an id of its own', () => {
    const other = verifyClientAssertion(signClientAssertion(person, parties), parties)

    expect(other.id).not.toBe(claims.jti)
  })

  it.each([
    ['without an address', { email: '' }, 'email'],
    ['without an account', { accountId: '' }, 'account_id'],
    ['of a provider with another spelling', { provider: 'Google ' }, 'provider'],
    ['with a control character', { name: 'a\0b' }, 'name'],
    ['with half a character', { name: 'a\ud800' }, 'name'],
  ])('refuses a person %s', (_, changed, claim) => {
    expect(() => signClientAssertion({ ...person, ...changed }, parties)).toThrow(`"${claim}"`)
  })

  it('refuses an empty secret', () => {
    expect(() => signClientAssertion(person, { ...parties, clientSecret: '' })).toThrow(TypeError)
  })
})

describe('verifyClientAssertion', () => {
  it('reads what was signed', () => {
    const read = verifyClientAssertion(assertion, parties)

    expect(read).toEqual({ ...person, id: claims.jti, expiresAt: NOW + 60 })
  })

  it('reads a person without name and image', () => {
    const { name, image, ...plain } = person
    const read = verifyClientAssertion(signClientAssertion(plain, parties), parties)

    expect(read).toMatchObject({ ...plain, name: undefined, image: undefined })
  })

  it.each([
    ['of another client', { iss: 'other' }, 'iss'],
    ['for another server', { aud: 'https://evil.example/api/auth' }, 'aud'],
    ['for several servers', { aud: [issuer] }, 'aud'],
    ['without an id', { jti: undefined }, 'jti'],
    ['with an empty id', { jti: '' }, 'jti'],
    ['without an account', { account_id: undefined }, 'account_id'],
    ['with a number for an account', { account_id: 1098 }, 'account_id'],
    ['without an address', { email: undefined }, 'email'],
    ['of a provider with a path', { provider: '../google' }, 'provider'],
    ['of the provider of passwords by another case', { provider: 'Credential' }, 'provider'],
    ['whose address is verified by a text', { email_verified: 'false' }, 'email_verified'],
    ['without a word on the address', { email_verified: undefined }, 'email_verified'],
    ['without an end', { exp: undefined }, 'exp'],
    ['with an endless end', { exp: '1e999' }, 'exp'],
    ['that lives for 61 seconds', { exp: NOW + 61 }, 'lifetime'],
    ['from the future', { iat: NOW + 6, exp: NOW + 60 }, 'iat'],
    ['with NUL in its address', { email: 'a\0@example.com' }, 'email'],
  ])('refuses an assertion %s', (_, changed, rule) => {
    expect(() => verifyClientAssertion(forged(changed), parties)).toThrow(
      expect.objectContaining({ code: 'invalid_token', rule }),
    )
  })

  it('refuses an assertion that ended', () => {
    expect(() => verifyClientAssertion(assertion, { ...parties, now: () => NOW + 60 })).toThrow(
      expect.objectContaining({ code: 'token_expired' }),
    )
  })

  it('refuses an assertion of another secret', () => {
    const other = { ...parties, clientSecret: randomBytes(32).toString('base64url') }

    expect(() => verifyClientAssertion(assertion, other)).toThrow(
      expect.objectContaining({ code: 'key_mismatch' }),
    )
  })

  it('refuses a token signed with the secret itself', () => {
    const token = signJwt(claims, { key: hmacKey(clientSecret), type: ASSERTION_TYPE })

    expect(() => verifyClientAssertion(token, parties)).toThrow(
      expect.objectContaining({ code: 'key_mismatch' }),
    )
  })

  it.each(['JWT', 'at+jwt', 'logout+jwt', 'application/countersign-assertion+jwt', ''])(
    'refuses a token of the type "%s"',
    (type) => {
      expect(() => verifyClientAssertion(forged({}, type), parties)).toThrow(
        expect.objectContaining({ rule: 'typ' }),
      )
    },
  )

  it('passes as no access token, not even of an API with the same key', () => {
    const key = assertionKey(clientSecret)
    const token = forged({
      sub: '1',
      client_id: 'web',
      sid: 's',
      role: 'admin',
      ver: 1,
    })
    const options = {
      keys: [key],
      algorithms: ['HS256'] as const,
      issuer: 'web',
      audience: issuer,
      now: () => NOW,
    }

    expect(() => verifyAccessToken(token, options)).toThrow(
      expect.objectContaining({ rule: 'typ' }),
    )
  })

  it('takes no access token of the same key', () => {
    const token = signAccessToken(
      { ...claims, sub: '1', client_id: 'web', sid: 's', role: 'user', ver: 1 },
      assertionKey(clientSecret),
    )

    expect(() => verifyClientAssertion(token, parties)).toThrow(
      expect.objectContaining({ rule: 'typ' }),
    )
  })
})
