/**
 * Access tokens as attackers and other issuers write them: wrong kinds, injected keys, odd texts.
 * @module
 */
import {
  accept,
  asymmetric,
  CLAIMS,
  GOOD,
  HEADER,
  hs,
  NOW,
  publicKeys,
  refuse,
  withClaims,
  withHeader,
  withPayload,
} from './access-token-frame.mjs'
import { base64url, compact, ED25519, publicJwk } from './signing.mjs'

const text = JSON.stringify(CLAIMS)
const [HEAD, BODY, TAIL] = GOOD.split('.')

for (const name of ['none', 'None', 'NONE', 'nOnE', 'none ', 'hs256', 'HS256 ', 'HS384']) {
  const id = `alg-${name.replace(' ', '-space')}-signed`
  refuse(id, `alg "${name}" over a good signature`, withHeader({ alg: name }), 'alg')
}
refuse(
  'alg-none-no-signature',
  'an unsecured token in three segments',
  `${base64url(JSON.stringify({ ...HEADER, alg: 'none' }))}.${BODY}.`,
  'alg',
)
refuse('signature-none', 'the signature left out', `${HEAD}.${BODY}.`, 'signature')

/** A key that an attacker made; it is not the one of the issuer. */
const EVIL = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs',
  x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
}
const injected = (header) => asymmetric('EdDSA', 'ed', EVIL, header)
refuse(
  'inject-jwk',
  'a key in the token itself',
  injected({ jwk: publicJwk(EVIL) }),
  'signature',
  publicKeys,
)
refuse(
  'inject-jku',
  'an address of keys',
  injected({ jku: 'https://evil.example/jwks' }),
  'signature',
  publicKeys,
)
refuse(
  'inject-x5u',
  'an address of certificates',
  injected({ x5u: 'https://evil.example/x.pem', x5c: ['MIIB'] }),
  'signature',
  publicKeys,
)
refuse(
  'inject-jwk-own-kid',
  'a key in the token, under a kid of its own',
  injected({ jwk: publicJwk(EVIL), kid: 'evil' }),
  'kid',
  publicKeys,
  'unknown_key',
)
for (const kid of ['ED', 'ed ', 'e', '__proto__', 'constructor', '../ed', "ed' or '1'='1"]) {
  const id = `kid-${base64url(kid)}`
  const why = `kid ${JSON.stringify(kid)} is not "ed"`
  refuse(id, why, asymmetric('EdDSA', kid, ED25519), 'kid', publicKeys, 'unknown_key')
}
for (const kid of [null, 1, true, '', ['ed'], { ed: 1 }]) {
  const id = `kid-json-${base64url(JSON.stringify(kid))}`
  refuse(id, `kid is ${JSON.stringify(kid)}`, asymmetric('EdDSA', kid, ED25519), 'kid', publicKeys)
}
refuse(
  'cross-algorithm',
  'the kid of an EC key over an EdDSA signature',
  asymmetric('EdDSA', 'es', ED25519),
  'kid',
  publicKeys,
)
refuse(
  'symmetric-where-public',
  'HS256 keyed with the key set itself',
  compact({
    header: JSON.stringify({ alg: 'HS256', kid: 'ed', typ: 'at+jwt' }),
    payload: text,
    alg: 'HS256',
    key: JSON.stringify(publicJwk(ED25519)),
  }),
  'alg',
  publicKeys,
)

const kinds = {
  id_token: { typ: 'JWT' },
  refresh: { typ: 'refresh+jwt' },
  client: { typ: 'client-authentication+jwt' },
  security_event: { typ: 'secevent+jwt' },
  introspection: { typ: 'token-introspection+jwt' },
  transaction: { typ: 'txntoken+jwt' },
}
for (const [kind, header] of Object.entries(kinds)) {
  refuse(
    `kind-${kind}`,
    `${header.typ} with the claims of an access token`,
    withHeader(header),
    'typ',
  )
}
refuse(
  'kind-id-claims',
  'an ID token that calls itself an access token',
  withPayload(
    JSON.stringify({
      iss: CLAIMS.iss,
      aud: 'todo-api',
      sub: 'a',
      iat: NOW,
      exp: NOW + 900,
      nonce: 'n',
    }),
  ),
  'client_id',
)
refuse('kind-opaque', 'a refresh token', `csr_${'A'.repeat(72)}`, 'shape')
refuse('kind-paseto', 'a PASETO', `v4.public.${base64url('x'.repeat(80))}`, 'base64url')
refuse(
  'kind-json-jws',
  'a JWS in JSON',
  JSON.stringify({ protected: HEAD, payload: BODY, signature: TAIL }),
  'shape',
)
refuse('shape-dots', 'nothing but dots', '..', 'base64url')
refuse('shape-many-dots', 'thousands of dots', '.'.repeat(8192), 'shape')
refuse('shape-too-many-dots', 'more dots than a token has characters', '.'.repeat(8193), 'length')
refuse('shape-final-dot', 'a dot at the end', `${GOOD}.`, 'shape')
refuse('shape-space-before', 'a space before it', ` ${GOOD}`, 'base64url')
refuse('shape-tab-after', 'a tab behind it', `${GOOD}\t`, 'signature')
refuse('shape-quoted', 'in quotes', `"${GOOD}"`, 'base64url')
refuse('shape-padded', 'padded segments', `${HEAD}=.${BODY}.${TAIL}`, 'base64url')
refuse('shape-percent', 'percent-encoded dots', GOOD.replaceAll('.', '%2E'), 'shape')
refuse('shape-wide-dot', 'dots of another script', GOOD.replaceAll('.', '\uFF0E'), 'shape')
refuse('shape-invisible', 'an invisible character', `${HEAD}\u200B.${BODY}.${TAIL}`, 'base64url')
refuse('shape-nul', 'U+0000 behind it', `${GOOD}\u0000`, 'signature')
refuse('swapped', 'header and payload swapped', `${BODY}.${HEAD}.${TAIL}`, 'alg')

const odd = { null: null, true: true, false: false, number: 0, text: '', list: [], object: {} }
for (const claim of ['exp', 'iat', 'nbf', 'ver']) {
  for (const kind of ['true', 'false', 'list', 'object', 'text']) {
    const why = `${claim} is ${JSON.stringify(odd[kind])}`
    refuse(`odd-${claim}-${kind}`, why, withClaims({ [claim]: odd[kind] }), claim)
  }
}
for (const claim of ['sub', 'sid', 'jti', 'client_id', 'email', 'role']) {
  for (const kind of ['null', 'true']) {
    const why = `${claim} is ${JSON.stringify(odd[kind])}`
    refuse(`odd-${claim}-${kind}`, why, withClaims({ [claim]: odd[kind] }), claim)
  }
}
for (const claim of ['iss', 'aud']) {
  for (const kind of ['null', 'true', 'number', 'object']) {
    const why = `${claim} is ${JSON.stringify(odd[kind])}`
    refuse(`odd-${claim}-${kind}`, why, withClaims({ [claim]: odd[kind] }), claim)
  }
}
refuse('ver-null', 'ver is null', withClaims({ ver: null }), 'ver')
refuse(
  'iss-wide',
  'letters of another width',
  withClaims({ iss: CLAIMS.iss.replace('a', 'ａ') }),
  'iss',
)
refuse(
  'iss-port',
  'the default port spelled out',
  withClaims({ iss: CLAIMS.iss.replace('.com', '.com:443') }),
  'iss',
)
refuse('iss-space', 'a space behind it', withClaims({ iss: `${CLAIMS.iss} ` }), 'iss')
refuse('iss-nul', 'U+0000 behind it', withClaims({ iss: `${CLAIMS.iss}\u0000` }), 'iss')
refuse('aud-case', 'another case', withClaims({ aud: 'Todo-API' }), 'aud')
refuse('aud-spaces', 'audiences in one text', withClaims({ aud: 'todo-api other-api' }), 'aud')
refuse('aud-list-null', 'a list with null', withClaims({ aud: ['todo-api', null] }), 'aud')
refuse(
  'exp-huge',
  'exp far beyond exact integers',
  withPayload(text.replace(`"exp":${NOW + 900}`, '"exp":1e300')),
  'lifetime',
)
refuse(
  'exp-minus-infinite',
  'exp is -1e999',
  withPayload(text.replace(`"exp":${NOW + 900}`, '"exp":-1e999')),
  'exp',
)
refuse(
  'exp-leading-zero',
  'a number that JSON does not know',
  withPayload(text.replace(`"exp":`, '"exp":0')),
  'payload',
)
refuse(
  'payload-infinity',
  'Infinity, which some parsers take',
  withPayload(text.replace(`"exp":${NOW + 900}`, '"exp":Infinity')),
  'payload',
)
refuse('payload-comment', 'a comment', withPayload(text.replace('{', '{/**/')), 'payload')
refuse('payload-comma', 'a comma before the end', withPayload(text.replace(/\}$/, ',}')), 'payload')
refuse(
  'payload-control',
  'a line break inside a text',
  withPayload(text.replace('user-', 'user\n-').replace('ada@', 'ada\n@')),
  'payload',
)
refuse('payload-empty-object', 'no claims', withPayload('{}'), 'iss')
refuse(
  'payload-duplicate-exp',
  'exp twice',
  withPayload(text.replace('{', '{"exp":9999999999,')),
  'payload',
)
refuse(
  'payload-nested-token',
  'a token as the payload of a token',
  hs(JSON.stringify({ ...HEADER, cty: 'JWT' }), GOOD),
  'payload',
)
refuse('crit-exp', 'an extension of known names', withHeader({ crit: ['exp'], exp: NOW }), 'crit')
refuse(
  'zip',
  'a compressed payload',
  hs(JSON.stringify({ ...HEADER, zip: 'DEF' }), Buffer.from([0x78, 0x9c, 3, 0])),
  'payload',
)
refuse(
  'b64-false',
  'an unencoded payload (RFC 7797) without crit',
  `${base64url(JSON.stringify({ ...HEADER, b64: false }))}.${text.replaceAll('.', '')}.${TAIL}`,
  'base64url',
)

accept(
  'exp-exponent',
  'exp written with an exponent',
  withPayload(text.replace(`"exp":${NOW + 900}`, '"exp":1.8000009e9')),
)
accept('ver-decimal', '1.0 is a whole number', withPayload(text.replace('"ver":1', '"ver":1.0')))
accept('header-more', 'parameters that we do not know', withHeader({ cty: 'x', foo: { bar: [1] } }))
accept('text-escapes', 'escapes in a text', withPayload(text.replace('ada@', '\\u0061da\\u0040')))
accept('surrogate-pair', 'a text beyond the first plane', withClaims({ email: '🔑@example.com' }), {
  email: '🔑@example.com',
})
