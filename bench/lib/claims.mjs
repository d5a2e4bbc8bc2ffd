/** What every contender signs and verifies, so that all of them do the same work. */
export const ISSUER = 'https://auth.example.com/api/auth'
export const AUDIENCE = 'todo-api'
export const SECRET = 'a secret for benchmarks with more than 32 bytes'

/** Claims of an access token that is valid now; the number makes it another one. */
export function claims(number = 0) {
  const iat = Math.floor(Date.now() / 1000)
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'Mefd13PIdVh73TD503fLiGT7cHDVN9Dr',
    client_id: 'todo-web',
    sid: '6f1c166e-04ac-4dbd-aaef-b6fd4130eb43',
    jti: `96a11160-4dae-44a9-8cb4-${String(number).padStart(12, '0')}`,
    iat,
    exp: iat + 900,
    email: 'ada@example.com',
    role: 'user',
    ver: 1,
  }
}
