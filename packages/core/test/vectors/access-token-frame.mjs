/**
 * A good access token, and the table that its variations are written into.
 * @module
 */
import { compact, ED25519, P256, publicJwk, RSA, SECRET, secretKid } from './signing.mjs'

export const NOW = 1_800_000_000

export const CLAIMS = {
  iss: 'https://auth.example.com/api/auth',
  aud: 'todo-api',
  sub: '0199c0de-0000-7000-8000-000000000001',
  client_id: 'todo-web',
  sid: '0199c0de-0000-7000-8000-000000000002',
  jti: '0199c0de-0000-7000-8000-000000000003',
  iat: NOW,
  exp: NOW + 900,
  email: 'ada@example.com',
  role: 'user',
  ver: 1,
}
export const HEADER = { alg: 'HS256', kid: secretKid(SECRET), typ: 'at+jwt' }
export const IDENTITY = {
  userId: CLAIMS.sub,
  email: CLAIMS.email,
  role: CLAIMS.role,
  sessionId: CLAIMS.sid,
  tokenId: CLAIMS.jti,
  clientId: CLAIMS.client_id,
  issuedAt: CLAIMS.iat,
  expiresAt: CLAIMS.exp,
}
export const JWKS = {
  keys: [
    publicJwk(ED25519, { alg: 'EdDSA', kid: 'ed' }),
    publicJwk(P256, { alg: 'ES256', kid: 'es' }),
    publicJwk(RSA, { alg: 'RS256', kid: 'rs' }),
  ],
}

export const vectors = []
export const hs = (header, payload) => compact({ header, payload, alg: 'HS256', key: SECRET })
export const withHeader = (changes) =>
  hs(JSON.stringify({ ...HEADER, ...changes }), JSON.stringify(CLAIMS))
export const withClaims = (changes) =>
  hs(JSON.stringify(HEADER), JSON.stringify({ ...CLAIMS, ...changes }))
export const withPayload = (payload) => hs(JSON.stringify(HEADER), payload)
export const GOOD = withClaims({})

export function accept(id, why, token, identity = {}, options = {}) {
  vectors.push({
    id,
    why,
    input: { token, ...options },
    expect: { identity: { ...IDENTITY, ...identity } },
  })
}

export function refuse(id, why, token, rule, options = {}, code = 'invalid_token') {
  vectors.push({ id, why, input: { token, ...options }, expect: { code, rule } })
}

export const asymmetric = (alg, kid, key, changes = {}) =>
  compact({
    header: JSON.stringify({ alg, kid, typ: 'at+jwt', ...changes }),
    payload: JSON.stringify(CLAIMS),
    alg,
    key,
  })
export const publicKeys = { secret: null, jwks: JWKS, algorithms: ['EdDSA', 'ES256', 'RS256'] }
