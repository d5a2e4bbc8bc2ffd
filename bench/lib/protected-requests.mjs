import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'
import { AUDIENCE, claims, ISSUER, SECRET } from './claims.mjs'

/** Tokens that come in turn. */
export const DISTINCT_TOKENS = 500

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
