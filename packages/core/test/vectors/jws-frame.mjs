/**
 * Keys, tokens and the table that the vectors of the JWS layer are written into.
 * @module
 */
import { base64url, compact, ED25519, P256, publicJwk, RSA, SECRET } from './signing.mjs'

export const RFC7515_PAYLOAD =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
export const RFC7520_PAYLOAD =
  'SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4'

export const RFC7515_A1_KEY = {
  kty: 'oct',
  alg: 'HS256',
  k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
}
export const RFC7515_A2_KEY = {
  kty: 'RSA',
  alg: 'RS256',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
}
export const RFC7520_4_4_KEY = {
  kty: 'oct',
  kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037',
  use: 'sig',
  alg: 'HS256',
  k: 'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
}

export const ED = publicJwk(ED25519, { alg: 'EdDSA', kid: 'ed' })
export const ES = publicJwk(P256, { alg: 'ES256', kid: 'es' })
export const RS = publicJwk(RSA, { alg: 'RS256', kid: 'rs' })
export const HS = { kty: 'oct', k: base64url(SECRET), alg: 'HS256', kid: 'hs' }
export const ALL = ['EdDSA', 'ES256', 'RS256', 'HS256']
export const EMPTY_OBJECT = '{}'

export const RFC7515_A1 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${RFC7515_PAYLOAD}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`
export const RFC7515_A3 = `eyJhbGciOiJFUzI1NiJ9.${RFC7515_PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`
export const RFC8037_A4 =
  'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
export const UNSECURED = `eyJhbGciOiJub25lIn0.${RFC7515_PAYLOAD}.`

export const edToken = (header, payload = EMPTY_OBJECT) =>
  compact({ header: JSON.stringify(header), payload, alg: 'EdDSA', key: ED25519 })
export const hsToken = (header) =>
  compact({ header, payload: EMPTY_OBJECT, alg: 'HS256', key: SECRET })
export const GOOD = edToken({ alg: 'EdDSA', kid: 'ed' })

export const vectors = []

export function accept(id, why, token, keys, payload, algorithms = [keys[0].alg]) {
  vectors.push({ id, why, input: { token, keys, algorithms }, expect: { payload } })
}

export function refuse(id, why, token, keys, rule, algorithms = ALL, code = 'invalid_token') {
  vectors.push({ id, why, input: { token, keys, algorithms }, expect: { code, rule } })
}
