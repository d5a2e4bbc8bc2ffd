/**
 * Access tokens: each refusal is one step away from a token that is accepted.
 * @module
 */
import './access-token-claims.mjs'
import {
  accept,
  CLAIMS,
  NOW,
  refuse,
  vectors,
  withClaims,
  withPayload,
} from './access-token-frame.mjs'
import './access-token-forgeries.mjs'
import { SECRET } from './signing.mjs'

const text = JSON.stringify(CLAIMS)
refuse(
  'duplicate-first',
  'role twice, admin first',
  withPayload(text.replace('{', '{"role":"admin",')),
  'payload',
)
refuse(
  'duplicate-last',
  'role twice, admin last',
  withPayload(text.replace(/\}$/, ',"role":"admin"}')),
  'payload',
)
refuse(
  'duplicate-same',
  'role twice with one value',
  withPayload(text.replace('{', '{"role":"user",')),
  'payload',
)
refuse(
  'duplicate-escaped',
  'role twice, once escaped',
  withPayload(text.replace('{', '{"r\\u006fle":"admin",')),
  'payload',
)
refuse(
  'duplicate-spaced',
  'role twice, with white space',
  withPayload(text.replace('{', '{"role" \t: "admin",')),
  'payload',
)
refuse(
  'duplicate-deep',
  'a member twice inside another',
  withPayload(text.replace('{', '{"act":[{"sub":"a","sub":"b"}],')),
  'payload',
)
refuse(
  'duplicate-masked',
  'a colon in a text makes up for nothing',
  withPayload(text.replace('{', '{"a":":","role":"admin",')),
  'payload',
)
refuse(
  'duplicate-backslash',
  'a text that ends in a backslash',
  withPayload(text.replace('{', '{"a":"\\\\","role":"admin",')),
  'payload',
)
refuse('payload-list', 'a list', withPayload(`[${text}]`), 'payload')
refuse('payload-null', 'null', withPayload('null'), 'payload')
refuse('payload-number', 'a number', withPayload('1'), 'payload')
refuse('payload-text', 'a text', withPayload('"token"'), 'payload')
refuse('payload-not-json', 'no JSON', withPayload('iss=me'), 'payload')
refuse('payload-trailing', 'two values', withPayload(`${text} {}`), 'payload')
refuse(
  'payload-nan',
  'NaN, which some parsers take',
  withPayload(text.replace('"ver":1', '"ver":NaN')),
  'payload',
)
refuse('payload-bom', 'a byte-order mark', withPayload(`\uFEFF${text}`), 'payload')
refuse('payload-utf16', 'UTF-16', withPayload(Buffer.from(text, 'utf16le')), 'payload')
refuse(
  'payload-utf8',
  'invalid UTF-8',
  withPayload(Buffer.from(text.replace('user', 'us\u00ff'), 'latin1')),
  'payload',
)
refuse(
  'payload-surrogate',
  'a UTF-8 surrogate',
  withPayload(
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  ),
  'payload',
)
refuse(
  'payload-depth',
  '33 levels',
  withPayload(text.replace(/\}$/, `,"x":${'['.repeat(33)}${']'.repeat(33)}}`)),
  'payload',
)
refuse(
  'payload-proto',
  '__proto__ lends no claim',
  withPayload(text.replace('"role":"user"', '"__proto__":{"role":"admin"}')),
  'role',
)
refuse(
  'length',
  'longer than 8192 characters',
  withClaims({ email: `${'a'.repeat(8192)}@example.com` }),
  'length',
)
accept('length-limit', 'exactly 8192 characters', fill(8192), { email: emailOf(fill(8192)) })

/** A good token of exactly `length` characters. */
function fill(length) {
  for (let size = 1; ; size += 1) {
    const token = withClaims({ email: `${'a'.repeat(size)}@b.c` })
    if (token.length >= length) return token
  }
}

function emailOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).email
}

export const accessTokenVectors = {
  description:
    'verifyAccessToken(token, options): the identity, or the code and rule of the refusal. "input" overrides "defaults"; keys are "secret" (HS256) or "jwks".',
  defaults: {
    secret: SECRET,
    issuer: CLAIMS.iss,
    audience: 'todo-api',
    algorithms: ['HS256'],
    now: NOW,
    toleranceSeconds: 5,
  },
  vectors,
}
