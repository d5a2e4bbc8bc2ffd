/**
 * Published examples, and forgeries that lie about the key, the algorithm or the header.
 * @module
 */
import { createPublicKey } from 'node:crypto'
import {
  ALL,
  accept,
  ED,
  EMPTY_OBJECT,
  ES,
  edToken,
  GOOD,
  RFC7515_A1,
  RFC7515_A1_KEY,
  RFC7515_A2_KEY,
  RFC7515_A3,
  RFC7515_PAYLOAD,
  RFC7520_4_4_KEY,
  RFC7520_PAYLOAD,
  RFC8037_A4,
  RS,
  refuse,
  UNSECURED,
} from './jws-frame.mjs'
import { base64url, compact, ED25519, P256, publicJwk, RSA } from './signing.mjs'

accept(
  'rfc7515-a1',
  'RFC 7515 A.1 and RFC 7519 3.1: HS256',
  RFC7515_A1,
  [RFC7515_A1_KEY],
  RFC7515_PAYLOAD,
)
accept(
  'rfc7515-a2',
  'RFC 7515 A.2: RS256',
  `eyJhbGciOiJSUzI1NiJ9.${RFC7515_PAYLOAD}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  [RFC7515_A2_KEY],
  RFC7515_PAYLOAD,
)
accept(
  'rfc7515-a3',
  'RFC 7515 A.3: ES256',
  RFC7515_A3,
  [{ ...ES, kid: undefined }],
  RFC7515_PAYLOAD,
)
accept(
  'rfc8037-a4',
  'RFC 8037 A.4: EdDSA, a payload that is not JSON',
  RFC8037_A4,
  [{ ...ED, kid: undefined }],
  'RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
)
accept(
  'rfc7520-4.1',
  'RFC 7520 4.1: RS256, key by kid',
  `eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.${RFC7520_PAYLOAD}.MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg`,
  [publicJwk(RSA, { alg: 'RS256', use: 'sig', kid: 'bilbo.baggins@hobbiton.example' })],
  RFC7520_PAYLOAD,
)
accept(
  'rfc7520-4.4',
  'RFC 7520 4.4: HS256, key by kid',
  `eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.${RFC7520_PAYLOAD}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`,
  [RFC7520_4_4_KEY],
  RFC7520_PAYLOAD,
)
accept(
  'kid-chooses',
  'the key is the one with the kid of the token',
  GOOD,
  [ES, RS, ED],
  base64url(EMPTY_OBJECT),
  ALL,
)
accept(
  'key-parameters-ignored',
  'jwk, jku, x5c and x5u are never looked at',
  edToken({
    alg: 'EdDSA',
    kid: 'ed',
    jku: 'https://evil.example/jwks',
    jwk: publicJwk(P256),
    x5c: ['AA'],
    x5u: 'https://evil.example',
  }),
  [ED],
  base64url(EMPTY_OBJECT),
)
accept(
  'kid-absent-one-key',
  'without kid, one key of the algorithm is no choice',
  edToken({ alg: 'EdDSA' }),
  [ED, ES],
  base64url(EMPTY_OBJECT),
  ALL,
)

refuse('rfc7519-6.1', 'RFC 7519 6.1 and RFC 7515 A.5: an unsecured token', UNSECURED, [ED], 'alg')
refuse(
  'alg-none-signed',
  'none with a signature segment',
  `eyJhbGciOiJub25lIn0.${RFC7515_PAYLOAD}.AA`,
  [ED],
  'alg',
)
for (const alg of [
  'None',
  'NONE',
  'nOnE',
  'eddsa',
  'EDDSA',
  'hs256',
  'HS512',
  'ES512',
  'PS256',
  '',
]) {
  refuse(
    `alg-${alg || 'empty'}`,
    `alg "${alg}" is not on the list, which is case-sensitive`,
    edToken({ alg, kid: 'ed' }),
    [ED],
    'alg',
  )
}
refuse('alg-missing', 'no alg', edToken({ kid: 'ed' }), [ED], 'alg')
refuse('alg-number', 'alg is not a text', edToken({ alg: 1, kid: 'ed' }), [ED], 'alg')
refuse('alg-list', 'alg is a list', edToken({ alg: ['EdDSA'], kid: 'ed' }), [ED], 'alg')
refuse('alg-not-allowed', 'a good token of an algorithm that is not accepted', GOOD, [ED], 'alg', [
  'ES256',
])
refuse(
  'rfc7520-4.3',
  'RFC 7520 4.3: ES512 is not one of ours',
  `eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.${RFC7520_PAYLOAD}.AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2`,
  [ED],
  'alg',
)

const spki = createPublicKey({ key: ED25519, format: 'jwk' }).export({
  type: 'spki',
  format: 'pem',
})
const confusedHeader = JSON.stringify({ alg: 'HS256', kid: 'ed' })
refuse(
  'confusion-pem',
  'HMAC keyed with the PEM text of the public key (RFC 8725 2.1)',
  compact({ header: confusedHeader, payload: EMPTY_OBJECT, alg: 'HS256', key: spki }),
  [ED],
  'kid',
)
refuse(
  'confusion-pem-space',
  'the same with a leading space',
  compact({ header: confusedHeader, payload: EMPTY_OBJECT, alg: 'HS256', key: ` ${spki}` }),
  [ED],
  'kid',
)
refuse(
  'confusion-raw',
  'HMAC keyed with the raw public key',
  compact({
    header: confusedHeader,
    payload: EMPTY_OBJECT,
    alg: 'HS256',
    key: Buffer.from(ED25519.x, 'base64url'),
  }),
  [ED],
  'kid',
)
refuse(
  'confusion-key-type',
  'kid names a key of another algorithm',
  edToken({ alg: 'EdDSA', kid: 'es' }),
  [ED, ES],
  'kid',
)
refuse(
  'embedded-jwk',
  'signed by the key that the token brings',
  compact({
    header: JSON.stringify({ alg: 'ES256', kid: 'es', jwk: publicJwk(P256) }),
    payload: EMPTY_OBJECT,
    alg: 'ES256',
    key: P256,
  }),
  [
    {
      ...ES,
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
    },
  ],
  'signature',
)

refuse(
  'kid-unknown',
  'no key has this kid',
  edToken({ alg: 'EdDSA', kid: 'no' }),
  [ED],
  'kid',
  ALL,
  'unknown_key',
)
refuse(
  'kid-absent-two-keys',
  'without kid, two keys of the algorithm are a guess',
  edToken({ alg: 'EdDSA' }),
  [ED, { ...ED, kid: 'ed2' }],
  'kid',
)
refuse('kid-number', 'kid is not a text', edToken({ alg: 'EdDSA', kid: 1 }), [ED], 'kid')
refuse('kid-empty', 'kid is empty', edToken({ alg: 'EdDSA', kid: '' }), [ED], 'kid')
refuse('kid-null', 'kid is null', edToken({ alg: 'EdDSA', kid: null }), [ED], 'kid')
refuse(
  'kid-path',
  'kid is hostile text',
  edToken({ alg: 'EdDSA', kid: "../../dev/null' or 1=1" }),
  [ED],
  'kid',
  ALL,
  'unknown_key',
)

refuse(
  'crit-unknown',
  'an extension that must be understood',
  edToken({ alg: 'EdDSA', kid: 'ed', crit: ['exp'], exp: 1 }),
  [ED],
  'crit',
)
refuse(
  'crit-b64',
  'RFC 7797 is not understood',
  edToken({ alg: 'EdDSA', kid: 'ed', crit: ['b64'], b64: false }),
  [ED],
  'crit',
)
refuse(
  'crit-empty',
  'crit must not be empty, and is refused in any form',
  edToken({ alg: 'EdDSA', kid: 'ed', crit: [] }),
  [ED],
  'crit',
)
refuse(
  'crit-null',
  'crit is refused in any form',
  edToken({ alg: 'EdDSA', kid: 'ed', crit: null }),
  [ED],
  'crit',
)
