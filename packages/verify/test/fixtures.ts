import {
  type AccessTokenClaims,
  generatePrivateJwk,
  hmacKey,
  type PrivateJwk,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'

export const NOW = 1_800_000_000
export const ISSUER = 'https://auth.example.com/api/auth'
export const AUDIENCE = 'todo-api'
export const SECRET = 'countersign-test-secret-0123456789abcdef'
export const OTHER_SECRET = 'another-test-secret-that-is-long-enough!'
export const JWKS_URI = 'https://auth.example.com/api/auth/jwks'

export const CLAIMS: AccessTokenClaims = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'user-1',
  client_id: 'todo-web',
  sid: 'session-1',
  jti: 'token-1',
  iat: NOW,
  exp: NOW + 900,
  email: 'ada@example.com',
  role: 'user',
  ver: 1,
}

export function hs256Token(changes: Partial<AccessTokenClaims> = {}, secret = SECRET): string {
  return signAccessToken({ ...CLAIMS, ...changes }, hmacKey(secret))
}

/** One key of an issuer: what it signs, and how it publishes itself. */
export interface IssuerKey {
  readonly kid: string
  readonly jwk: ReturnType<typeof publicJwk>
  readonly privateJwk: PrivateJwk
  token(changes?: Partial<AccessTokenClaims>): string
}

export async function issuerKey(): Promise<IssuerKey> {
  const privateJwk = await generatePrivateJwk('EdDSA')
  const key = signingKeyFromJwk(privateJwk)
  return {
    kid: key.kid,
    jwk: publicJwk(privateJwk),
    privateJwk,
    token: (changes = {}) => signAccessToken({ ...CLAIMS, ...changes }, key),
  }
}

/** A clock that tests move by hand. */
export interface Clock {
  (): number
  advance(seconds: number): void
}

export function clockAt(start: number): Clock {
  let time = start
  return Object.assign(() => time, {
    advance(seconds: number) {
      time += seconds
    },
  })
}
