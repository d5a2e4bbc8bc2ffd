/**
 * Access tokens with other headers, keys and claims.
 * @module
 */
import {
  accept,
  asymmetric,
  CLAIMS,
  GOOD,
  HEADER,
  NOW,
  publicKeys,
  refuse,
  withClaims,
  withHeader,
  withPayload,
} from './access-token-frame.mjs'
import { base64url, compact, ED25519, OTHER_SECRET, P256, RSA, secretKid } from './signing.mjs'

accept('good-hs256', 'HS256 with a shared secret', GOOD)
accept('good-eddsa', 'EdDSA, key by kid', asymmetric('EdDSA', 'ed', ED25519), {}, publicKeys)
accept('good-es256', 'ES256, key by kid', asymmetric('ES256', 'es', P256), {}, publicKeys)
accept('good-rs256', 'RS256, key by kid', asymmetric('RS256', 'rs', RSA), {}, publicKeys)
accept('typ-full', 'the media type in full (RFC 9068 4)', withHeader({ typ: 'application/at+jwt' }))
accept(
  'typ-case',
  'media types ignore case (RFC 2045 5.1)',
  withHeader({ typ: 'Application/AT+JWT' }),
)
accept('aud-list', 'one of several audiences', withClaims({ aud: ['other-api', 'todo-api'] }))
accept(
  'other-claims',
  'claims that we do not know',
  withClaims({ scope: 'read', deep: { list: [{ a: 1 }] } }),
)
accept(
  'text-with-json',
  'a text that looks like a member',
  withClaims({ email: '"sub":"x"@example.com' }),
  { email: '"sub":"x"@example.com' },
)
accept(
  'spaced-json',
  'white space between tokens',
  withPayload(JSON.stringify(CLAIMS, undefined, 2).replaceAll('":', '" :')),
)
accept('unicode', 'text beyond ASCII', withClaims({ email: 'zoë@exämple.com' }), {
  email: 'zoë@exämple.com',
})
accept('exp-last-second', 'exp is one second ahead', GOOD, {}, { now: NOW + 899 })
accept('exp-fraction', 'exp with a fraction (RFC 7519 2)', withClaims({ exp: NOW + 0.5 }), {
  expiresAt: NOW + 0.5,
})
accept('iat-within-tolerance', 'iat is 5 s ahead', withClaims({ iat: NOW + 5, exp: NOW + 905 }), {
  issuedAt: NOW + 5,
  expiresAt: NOW + 905,
})
accept('nbf-past', 'nbf is now', withClaims({ nbf: NOW }))
accept('nbf-within-tolerance', 'nbf is 5 s ahead', withClaims({ nbf: NOW + 5 }))
accept('lifetime-default', '905 s: the default and the tolerance', withClaims({ exp: NOW + 905 }), {
  expiresAt: NOW + 905,
})
accept(
  'lifetime-option',
  'a longer lifetime where configured',
  withClaims({ exp: NOW + 3600 }),
  { expiresAt: NOW + 3600 },
  { maxLifetimeSeconds: 3600 },
)
accept('ver-zero', 'ver 0', withClaims({ ver: 0 }))

refuse('exp-now', 'exp is now', GOOD, 'exp', { now: NOW + 900 }, 'token_expired')
refuse(
  'exp-past',
  'exp is past; it has no tolerance',
  GOOD,
  'exp',
  { now: NOW + 901 },
  'token_expired',
)
refuse('exp-negative', 'exp is negative', withClaims({ exp: -1 }), 'exp')
refuse('exp-text', 'exp is a text', withClaims({ exp: String(NOW + 900) }), 'exp')
refuse('exp-null', 'exp is null', withClaims({ exp: null }), 'exp')
refuse('exp-true', 'exp is true', withClaims({ exp: true }), 'exp')
refuse('exp-list', 'exp is a list', withClaims({ exp: [NOW + 900] }), 'exp')
refuse(
  'exp-infinite',
  'exp is 1e999',
  withPayload(JSON.stringify(CLAIMS).replace(`"exp":${NOW + 900}`, '"exp":1e999')),
  'exp',
)
refuse(
  'exp-milliseconds',
  'exp in milliseconds',
  withClaims({ exp: (NOW + 900) * 1000 }),
  'lifetime',
)
refuse(
  'exp-before-iat',
  'exp before iat, long ago',
  withClaims({ exp: NOW - 10 }),
  'exp',
  {},
  'token_expired',
)
refuse('lifetime-long', 'one second too long', withClaims({ exp: NOW + 906 }), 'lifetime')
refuse(
  'lifetime-option-exceeded',
  'longer than configured',
  withClaims({ exp: NOW + 61 }),
  'lifetime',
  {
    maxLifetimeSeconds: 60,
  },
)
refuse(
  'lifetime-old-iat',
  'a day-old token that still lives',
  withClaims({ iat: NOW - 86_400 }),
  'lifetime',
)
refuse('iat-future', 'iat is 6 s ahead', withClaims({ iat: NOW + 6 }), 'iat')
refuse(
  'iat-no-tolerance',
  'iat is 1 s ahead and nothing is tolerated',
  withClaims({ iat: NOW + 1 }),
  'iat',
  { toleranceSeconds: 0 },
)
refuse('iat-text', 'iat is a text', withClaims({ iat: String(NOW) }), 'iat')
refuse('iat-negative', 'iat is negative', withClaims({ iat: -1 }), 'iat')
refuse(
  'iat-infinite',
  'iat is 1e999',
  withPayload(JSON.stringify(CLAIMS).replace(`"iat":${NOW}`, '"iat":1e999')),
  'iat',
)
refuse('nbf-future', 'nbf is 6 s ahead', withClaims({ nbf: NOW + 6 }), 'nbf')
refuse('nbf-text', 'nbf is a text', withClaims({ nbf: '0' }), 'nbf')
refuse('nbf-null', 'nbf is null', withClaims({ nbf: null }), 'nbf')

refuse('iss-other', 'another issuer', withClaims({ iss: 'https://evil.example' }), 'iss')
refuse(
  'iss-prefix',
  'the issuer with more behind it',
  withClaims({ iss: `${CLAIMS.iss}.evil.example` }),
  'iss',
)
refuse('iss-slash', 'a slash at the end', withClaims({ iss: `${CLAIMS.iss}/` }), 'iss')
refuse('iss-case', 'another case', withClaims({ iss: CLAIMS.iss.toUpperCase() }), 'iss')
refuse('iss-part', 'a part of the issuer', withClaims({ iss: 'https://auth.example.com' }), 'iss')
refuse('iss-empty', 'an empty issuer', withClaims({ iss: '' }), 'iss')
refuse('iss-list', 'a list with the issuer', withClaims({ iss: [CLAIMS.iss] }), 'iss')
refuse('aud-other', 'another audience', withClaims({ aud: 'other-api' }), 'aud')
refuse('aud-prefix', 'the audience with more behind it', withClaims({ aud: 'todo-api2' }), 'aud')
refuse('aud-part', 'a part of the audience', withClaims({ aud: 'todo' }), 'aud')
refuse('aud-empty', 'an empty audience', withClaims({ aud: '' }), 'aud')
refuse('aud-empty-list', 'an empty list', withClaims({ aud: [] }), 'aud')
refuse('aud-list-other', 'a list without ours', withClaims({ aud: ['a', 'b'] }), 'aud')
refuse('aud-list-mixed', 'a list with a number', withClaims({ aud: ['todo-api', 1] }), 'aud')
refuse('aud-nested', 'a list in a list', withClaims({ aud: [['todo-api']] }), 'aud')
refuse('aud-object', 'an object', withClaims({ aud: { 0: 'todo-api', length: 1 } }), 'aud')
for (const claim of ['sub', 'sid', 'jti', 'client_id', 'email', 'role']) {
  refuse(`${claim}-empty`, `${claim} is empty`, withClaims({ [claim]: '' }), claim)
  refuse(`${claim}-number`, `${claim} is a number`, withClaims({ [claim]: 1 }), claim)
  refuse(`${claim}-object`, `${claim} is an object`, withClaims({ [claim]: { $ne: null } }), claim)
  refuse(`${claim}-list`, `${claim} is a list`, withClaims({ [claim]: ['admin'] }), claim)
}
for (const claim of Object.keys(CLAIMS)) {
  refuse(`${claim}-missing`, `${claim} is missing`, withClaims({ [claim]: undefined }), claim)
}
refuse('role-comma', 'two roles in one text', withClaims({ role: 'user,admin' }), 'role')
refuse('ver-negative', 'ver is negative', withClaims({ ver: -1 }), 'ver')
refuse('ver-fraction', 'ver is no integer', withClaims({ ver: 1.5 }), 'ver')
refuse('ver-text', 'ver is a text', withClaims({ ver: '1' }), 'ver')
refuse('ver-true', 'ver is true', withClaims({ ver: true }), 'ver')
refuse(
  'ver-huge',
  'ver is beyond exact integers',
  withPayload(JSON.stringify(CLAIMS).replace('"ver":1', '"ver":9007199254740993')),
  'ver',
)

for (const typ of [
  'JWT',
  'jwt',
  'logout+jwt',
  'rt+jwt',
  'dpop+jwt',
  'secevent+jwt',
  'at+jwt ',
  'text/at+jwt',
  'at+jwt; v=1',
  '',
  null,
  1,
  ['at+jwt'],
]) {
  const id =
    typeof typ === 'string'
      ? typ.replaceAll(/\W+/g, '-') || 'empty'
      : JSON.stringify(typ).replaceAll(/\W+/g, '')
  refuse(
    `typ-${typ === 'at+jwt ' ? 'space' : id}`,
    `typ is ${JSON.stringify(typ)}`,
    withHeader({ typ }),
    'typ',
  )
}
refuse('typ-missing', 'no typ', withHeader({ typ: undefined }), 'typ')
refuse('kid-missing', 'no kid', withHeader({ kid: undefined }), 'kid')
refuse('crit', 'an extension that must be understood', withHeader({ crit: ['exp'] }), 'crit')
refuse(
  'alg-none',
  'an unsecured token',
  `${base64url('{"alg":"none","typ":"at+jwt"}')}.${GOOD.split('.')[1]}.`,
  'alg',
)
refuse('alg-not-listed', 'HS256 where only EdDSA is accepted', GOOD, 'alg', {
  algorithms: ['EdDSA'],
})
refuse('alg-case', 'alg in another case', withHeader({ alg: 'hs256' }), 'alg')
refuse(
  'hmac-with-public-key',
  'HS256 under the kid of a public key',
  compact({
    header: JSON.stringify({ alg: 'HS256', kid: 'ed', typ: 'at+jwt' }),
    payload: JSON.stringify(CLAIMS),
    alg: 'HS256',
    key: Buffer.from(ED25519.x, 'base64url'),
  }),
  'kid',
  { ...publicKeys, algorithms: ['EdDSA', 'HS256'] },
)
refuse(
  'kid-unknown',
  'a key that we do not have',
  asymmetric('EdDSA', 'new', ED25519),
  'kid',
  publicKeys,
  'unknown_key',
)
refuse(
  'secret-other',
  'signed with another shared secret',
  compact({
    header: JSON.stringify({ ...HEADER, kid: secretKid(OTHER_SECRET) }),
    payload: JSON.stringify(CLAIMS),
    alg: 'HS256',
    key: OTHER_SECRET,
  }),
  'kid',
  {},
  'key_mismatch',
)
refuse(
  'secret-other-same-kid',
  'another secret under our kid',
  compact({
    header: JSON.stringify(HEADER),
    payload: JSON.stringify(CLAIMS),
    alg: 'HS256',
    key: OTHER_SECRET,
  }),
  'signature',
)
refuse(
  'signature-changed',
  'one character changed',
  GOOD.slice(0, -2) + (GOOD.at(-2) === 'A' ? 'B' : 'A') + GOOD.at(-1),
  'signature',
)
refuse(
  'claims-changed',
  'another role under the old signature',
  [
    GOOD.split('.')[0],
    base64url(JSON.stringify({ ...CLAIMS, role: 'admin' })),
    GOOD.split('.')[2],
  ].join('.'),
  'signature',
)
