import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'

/** Tokens that come in turn. */
export const DISTINCT_TOKENS = 500

const ISSUER = 'https://auth.example.com/api/auth'
const AUDIENCE = 'todo-api'
const SECRET = 'a secret for benchmarks with more than 32 bytes'

/** What a verifier trusts, and requests with tokens that it accepts, by algorithm. */
export async function makeKeys() {
  const jwk = await generatePrivateJwk('EdDSA')
  const trust = {
    issuer: ISSUER,
    audience: AUDIENCE,
    secret: SECRET,
    jwks: { keys: [publicJwk(jwk)] },
  }
  const requests = {
    HS256: requestsWith(hmacKey(SECRET)),
    EdDSA: requestsWith(signingKeyFromJwk(jwk)),
  }
  return { trust, requests }
}

function requestsWith(key) {
  return Array.from({ length: DISTINCT_TOKENS }, (_, number) => {
    const lines = [
      'GET /hello HTTP/1.1',
      'Host: 127.0.0.1',
      'Accept: application/json',
      'User-Agent: countersign-bench',
      `Authorization: Bearer ${signAccessToken(claims(number), key)}`,
    ]
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
  })
}

function claims(number) {
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
