import { describe, expect, it } from 'vitest'
import { identityFromClaims } from '../src/identity.js'

const CLAIMS = {
  iss: 'https://auth.example.com/api/auth',
  aud: ['todo-api'],
  sub: 'user-1',
  client_id: 'todo-web',
  sid: 'session-1',
  jti: 'token-1',
  iat: 100,
  exp: 1000,
  email: 'ada@example.com',
  role: 'user',
  ver: 1,
  deep: { list: [{ a: 1 }] },
}

describe('identityFromClaims', () => {
  it('speaks the words of applications', () => {
    expect(identityFromClaims(structuredClone(CLAIMS))).toEqual({
      userId: 'user-1',
      email: 'ada@example.com',
      role: 'user',
      sessionId: 'session-1',
      tokenId: 'token-1',
      clientId: 'todo-web',
      issuedAt: 100,
      expiresAt: 1000,
      iat: 100,
      exp: 1000,
      claims: CLAIMS,
    })
  })

  it('can be changed nowhere', () => {
    const identity = identityFromClaims(structuredClone(CLAIMS))

    expect(() => Object.assign(identity, { role: 'admin' })).toThrow(TypeError)
    expect(() => Object.assign(identity.claims, { role: 'admin' })).toThrow(TypeError)
    expect(() => (identity.claims.aud as string[]).push('other')).toThrow(TypeError)
    expect(Object.isFrozen((identity.claims.deep as typeof CLAIMS.deep).list[0])).toBe(true)
  })
})
