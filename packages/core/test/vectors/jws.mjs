/**
 * The vectors of the JWS layer; here those that spell a token in another way.
 * @module
 */
import { sign } from 'node:crypto'
import './jws-keys.mjs'
import { ED, EMPTY_OBJECT, ES, GOOD, HS, hsToken, RS, refuse, vectors } from './jws-frame.mjs'
import { base64url, compact, ED25519, P256, signature } from './signing.mjs'

const [head, body, tail] = GOOD.split('.')
refuse('segments-one', 'one segment', head, [ED], 'shape')
refuse('segments-two', 'two segments', `${head}.${body}`, [ED], 'shape')
refuse('segments-four', 'four segments', `${GOOD}.AA`, [ED], 'shape')
refuse('segments-five', 'five segments, as of a JWE', `${GOOD}.AA.AA`, [ED], 'shape')
refuse('segments-empty', 'nothing at all', '', [ED], 'shape')
refuse('header-empty', 'an empty header', `.${body}.${tail}`, [ED], 'base64url')
refuse(
  'payload-empty',
  'an empty payload, as of detached content',
  `${head}..${tail}`,
  [ED],
  'base64url',
)
refuse('signature-empty', 'an empty signature', `${head}.${body}.`, [ED], 'base64url')
refuse(
  'signature-short',
  'a signature cut short',
  `${head}.${body}.${tail.slice(0, -2)}`,
  [ED],
  'signature',
)
refuse(
  'signature-of-other-payload',
  'another payload under the signature',
  `${head}.${base64url('{"a":1}')}.${tail}`,
  [ED],
  'signature',
)
refuse('signature-padding', 'padding', `${GOOD}==`, [ED], 'base64url')
refuse(
  'signature-alphabet',
  'the alphabet of plain base64',
  `${head}.${body}.${tail.replaceAll('-', '+').replaceAll('_', '/').replace(/^./, '+')}`,
  [ED],
  'base64url',
)
refuse(
  'signature-space',
  'white space that a decoder skips',
  `${head}.${body}. ${tail}`,
  [ED],
  'base64url',
)
refuse(
  'payload-newline',
  'a line break that a decoder skips',
  `${head}.${body}\n.${tail}`,
  [ED],
  'base64url',
)
refuse('token-trailing-newline', 'a line break at the end', `${GOOD}\n`, [ED], 'base64url')
refuse('token-bearer-prefix', 'the scheme before the token', `Bearer ${GOOD}`, [ED], 'base64url')

/** The same bytes with unused bits of the last character set. */
const respell = (segment) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1)) + 1]
}
refuse(
  'signature-unused-bits',
  'unused bits of the last character are set',
  `${head}.${body}.${respell(tail)}`,
  [ED],
  'base64url',
)
const respelled = respell(head)
const signedInput = `${head}.${respell(body)}`
refuse(
  'payload-unused-bits',
  'the same in the payload, with a signature over this spelling',
  `${signedInput}.${signature(signedInput, 'EdDSA', ED25519)}`,
  [ED],
  'base64url',
)
refuse(
  'header-unused-bits',
  'the same in the header',
  `${respelled}.${body}.${signature(`${respelled}.${body}`, 'EdDSA', ED25519)}`,
  [ED],
  'base64url',
)
const hsGood = hsToken('{"alg":"HS256","kid":"hs"}')
const hsTail = hsGood.split('.')[2]
refuse(
  'hmac-unused-bits',
  'unused bits of an HMAC',
  hsGood.slice(0, -43) + respell(hsTail),
  [HS],
  'signature',
)
const shift = (text) => String.fromCharCode(text.charCodeAt(0) + 0x100) + text.slice(1)
refuse(
  'hmac-wide-character',
  'a character whose low byte is the right one',
  hsGood.slice(0, -43) + shift(hsTail),
  [HS],
  'signature',
)
refuse(
  'payload-wide-character',
  'the same in a payload',
  `${head}.${shift(body)}.${tail}`,
  [ED],
  'base64url',
)
refuse(
  'header-wide-character',
  'the same in a header',
  `${shift(head)}.${body}.${tail}`,
  [ED],
  'base64url',
)
refuse('hmac-empty', 'an empty HMAC', hsGood.slice(0, -43), [HS], 'signature')
refuse('hmac-long', 'an HMAC with a byte more', `${hsGood}A`, [HS], 'signature')

const header = (text) =>
  compact({ header: text, payload: EMPTY_OBJECT, alg: 'EdDSA', key: ED25519 })
refuse(
  'header-duplicate',
  'alg twice: the first is what others may read',
  header('{"alg":"none","alg":"EdDSA","kid":"ed"}'),
  [ED],
  'header',
)
refuse(
  'header-duplicate-escaped',
  'the same member, once escaped',
  header('{"alg":"none","\\u0061lg":"EdDSA","kid":"ed"}'),
  [ED],
  'header',
)
refuse(
  'header-duplicate-spaced',
  'with white space before the colons',
  header('{"alg" :"none", "alg" :"EdDSA", "kid" :"ed"}'),
  [ED],
  'header',
)
refuse('header-list', 'a list', header('["EdDSA"]'), [ED], 'header')
refuse('header-null', 'null', header('null'), [ED], 'header')
refuse('header-text', 'a text', header('"EdDSA"'), [ED], 'header')
refuse('header-not-json', 'single quotes', header("{'alg':'EdDSA'}"), [ED], 'header')
refuse('header-trailing', 'two values', header('{"alg":"EdDSA","kid":"ed"}{}'), [ED], 'header')
refuse(
  'header-utf8',
  'invalid UTF-8',
  header(
    Buffer.concat([
      Buffer.from('{"alg":"EdDSA","kid":"ed","x":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]),
  ),
  [ED],
  'header',
)
refuse(
  'header-bom',
  'a byte-order mark',
  header('\uFEFF{"alg":"EdDSA","kid":"ed"}'),
  [ED],
  'header',
)
refuse(
  'header-proto',
  '__proto__ gives no alg',
  header('{"__proto__":{"alg":"EdDSA"},"kid":"ed"}'),
  [ED],
  'alg',
)

const esInput = `${base64url('{"alg":"ES256","kid":"es"}')}.${base64url(EMPTY_OBJECT)}`
const es = (bytes) => `${esInput}.${base64url(bytes)}`
const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
refuse('es256-zero', 'r and s are zero (CVE-2022-21449)', es(Buffer.alloc(64)), [ES], 'signature')
refuse(
  'es256-order',
  'r and s are the group order',
  es(Buffer.concat([order, order])),
  [ES],
  'signature',
)
const one = Buffer.alloc(32, 0)
one[31] = 1
refuse('es256-one', 'r and s are one', es(Buffer.concat([one, one])), [ES], 'signature')
refuse(
  'es256-der',
  'the ASN.1 form of a good signature',
  es(sign('sha256', Buffer.from(esInput), { key: P256, format: 'jwk' })),
  [ES],
  'signature',
)
refuse(
  'eddsa-zero',
  'a signature of zeros',
  `${head}.${body}.${base64url(Buffer.alloc(64))}`,
  [ED],
  'signature',
)
const scalarOrder = BigInt('0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed')
const malleable = () => {
  const bytes = Buffer.from(tail, 'base64url')
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + scalarOrder
  const raised = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
  return base64url(Buffer.concat([bytes.subarray(0, 32), raised]))
}
refuse(
  'eddsa-malleable',
  'S plus the group order (RFC 8032 8.4)',
  `${head}.${body}.${malleable()}`,
  [ED],
  'signature',
)
refuse(
  'rs256-zero',
  'a signature of zeros',
  `${base64url('{"alg":"RS256","kid":"rs"}')}.${body}.${base64url(Buffer.alloc(256))}`,
  [RS],
  'signature',
)
refuse(
  'length-8193',
  'one character more than 8192',
  `${head}.${'A'.repeat(8192 - head.length - tail.length - 1)}.${tail}`,
  [ED],
  'length',
)

export const jwsVectors = {
  description:
    'verifyJws(token, { keys, algorithms }): the payload as base64url, or the code and rule of the refusal. Keys are JWKs.',
  vectors,
}
