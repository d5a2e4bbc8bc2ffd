import { createHmac, sign } from 'node:crypto'
import fc from 'fast-check'
import { type CryptoKey, importJWK, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyAccessToken } from '../src/access-token.js'
import { encodeBase64url } from '../src/base64url.js'
import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  type SigningKey,
  signingKeyFromJwk,
  type VerificationKey,
  verificationKeyFromJwk,
} from '../src/keys.js'
import { REQUIRED_CLAIMS } from '../src/protocol.js'

const RUNS = 100_000
const NOW = 1_800_000_000
const SECRET = 'countersign-test-secret-0123456789abcdef'
const ALGORITHMS = ['HS256', 'EdDSA', 'ES256'] as const
const ISSUER = 'https://auth.example.com/api/auth'
const CLAIMS = {
  iss: ISSUER,
  aud: 'todo-api',
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

/** How one run departs from a good token. */
interface Mutation {
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  readonly edit: (json: string) => string
  readonly signer: 'right' | 'wrong' | 'none'
  readonly twist: (token: string) => string
}

const signers = {} as Record<string, SigningKey>
const strangers = {} as Record<string, SigningKey>
const keys: VerificationKey[] = []
const joseKeys = new Map<string, CryptoKey | Uint8Array>()

beforeAll(async () => {
  addKey(hmacKey(SECRET), hmacKey(SECRET), Buffer.from(SECRET))
  strangers.HS256 = { ...hmacKey(`${SECRET}!`), kid: hmacKey(SECRET).kid }
  for (const algorithm of ['EdDSA', 'ES256'] as const) {
    const jwk = await generatePrivateJwk(algorithm)
    const stranger = await generatePrivateJwk(algorithm)
    const published = publicJwk(jwk)
    addKey(signingKeyFromJwk(jwk), verificationKeyFromJwk(published), await importJWK(published))
    strangers[algorithm] = { ...signingKeyFromJwk(stranger), kid: jwk.kid }
  }
})

function addKey(signer: SigningKey, key: VerificationKey, joseKey: CryptoKey | Uint8Array): void {
  signers[signer.algorithm] = signer
  keys.push(key)
  joseKeys.set(`${key.algorithm} ${key.kid}`, joseKey)
}

const instant = fc.oneof(
  fc.integer({ min: NOW - 1000, max: NOW + 2000 }),
  fc.double({ min: NOW - 10, max: NOW + 10, noNaN: true }),
)
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  instant,
  fc.constantFrom('todo-api', ISSUER, ['todo-api'], 'user,admin', '', null, -1, 9e15, undefined),
)
const headerChange = fc.oneof(
  fc.record(
    {
      alg: fc.constantFrom('none', 'HS256', 'EdDSA', 'ES256', 'eddsa', 'RS256', null),
      typ: fc.constantFrom('JWT', 'AT+JWT', 'application/at+jwt', 'at+jwt ', 'x/at+jwt', 1),
      kid: fc.oneof(fc.string(), oddValue),
      crit: fc.constantFrom([], ['b64'], null),
      jwk: fc.constantFrom({ kty: 'oct', k: '' }, 1),
      b64: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  fc.dictionary(fc.string({ maxLength: 4 }), oddValue, { maxKeys: 2 }),
)
const claimsChange = fc.dictionary(
  fc.constantFrom(...REQUIRED_CLAIMS, 'nbf', 'scope'),
  fc.oneof(oddValue, instant),
  { minKeys: 1, maxKeys: 3 },
)
const nothing = <T>(value: T): T => value
const edit = fc.constantFrom(
  (json: string) => json.replace('{', '{"role":"admin",'),
  (json: string) => json.replace('{', '{ "exp" : 9999999999 , '),
  (json: string) => json.replaceAll(':', ' : '),
  (json: string) => `${json} `,
  (json: string) => `\uFEFF${json}`,
  (json: string) => json.replace(/\d+/, '1e999'),
  (json: string) => `[${json}]`,
)

/** Edits of the finished token: characters, lengths and segments. */
const anyCharacter = fc.oneof(
  fc.constantFrom(...'Aw_-.=+/ \n%\u0141\u00e9'),
  fc.string({ minLength: 1, maxLength: 1 }),
)
const twist = fc.oneof(
  fc.tuple(fc.nat(600), anyCharacter, fc.nat(2)).map(
    ([at, character, cut]) =>
      (token: string) =>
        token.slice(0, at % token.length) + character + token.slice((at % token.length) + cut),
  ),
  fc.nat(600).map((length) => (token: string) => token.slice(0, length % token.length)),
  fc
    .array(fc.integer({ min: -1, max: 2 }), { minLength: 1, maxLength: 5 })
    .map(
      (order) => (token: string) => order.map((index) => token.split('.')[index] ?? '').join('.'),
    ),
)

const common = {
  algorithm: fc.oneof(
    { weight: 18, arbitrary: fc.constant('HS256' as const) },
    fc.constantFrom(...ALGORITHMS),
  ),
  header: fc.constant({}),
  claims: fc.constant({}),
  edit: fc.constant(nothing<string>),
  signer: fc.oneof(
    { weight: 8, arbitrary: fc.constant('right' as const) },
    fc.constantFrom('wrong' as const, 'none' as const),
  ),
  twist: fc.constant(nothing<string>),
}
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...common, twist }) },
  { weight: 3, arbitrary: fc.record({ ...common, claims: claimsChange }) },
  { weight: 2, arbitrary: fc.record({ ...common, header: headerChange }) },
  { weight: 1, arbitrary: fc.record({ ...common, edit }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...common, claims: claimsChange, header: headerChange, edit, twist }),
  },
)

function write({ algorithm, header, claims, edit, signer, twist }: Mutation): string {
  const key = signers[algorithm] as SigningKey
  const original = { alg: algorithm, kid: key.kid, typ: 'at+jwt' }
  const headerText = JSON.stringify({ ...original, ...header })
  const payloadText = edit(JSON.stringify({ ...CLAIMS, ...claims }))
  if (signer === 'none') {
    const good = compact(JSON.stringify(original), JSON.stringify(CLAIMS), key)
    const [, , signature] = good.split('.')
    return twist(`${encodeBase64url(headerText)}.${encodeBase64url(payloadText)}.${signature}`)
  }
  const signingKey = signer === 'right' ? key : (strangers[algorithm] as SigningKey)
  return twist(compact(headerText, payloadText, signingKey))
}

/** Signs any two texts, whatever `alg` the header states. */
function compact(header: string, payload: string, { algorithm, key }: SigningKey): string {
  const input = `${encodeBase64url(header)}.${encodeBase64url(payload)}`
  if (algorithm === 'HS256') {
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
  }
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  const signature = sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function weAccept(token: string): boolean {
  const options = { keys, algorithms: ALGORITHMS, issuer: ISSUER, audience: 'todo-api' }
  try {
    verifyAccessToken(token, { ...options, now: () => NOW })
    return true
  } catch {
    return false
  }
}

const findJoseKey: JWTVerifyGetKey = ({ alg, kid }) => {
  const key = joseKeys.get(`${alg} ${kid}`)
  if (!key) throw new Error('no such key')
  return key
}

async function joseAccepts(token: string): Promise<boolean> {
  const options = {
    algorithms: [...ALGORITHMS],
    issuer: ISSUER,
    audience: 'todo-api',
    typ: 'at+jwt',
    requiredClaims: [...REQUIRED_CLAIMS],
    clockTolerance: 5,
    maxTokenAge: 905,
    currentDate: new Date(NOW * 1000),
  }
  return jwtVerify(token, findJoseKey, options).then(
    () => true,
    () => false,
  )
}

describe('verifyAccessToken, beside jose', () => {
  it('accepts none of 100 000 mutated tokens that jose refuses', { timeout: 180_000 }, async () => {
    const accepted: string[] = []
    const property = fc.property(mutation, (change) => {
      const token = write(change)
      if (weAccept(token)) accepted.push(token)
    })

    fc.assert(property, { numRuns: RUNS })

    expect(accepted.length).toBeGreaterThan(RUNS / 100)
    expect(accepted.length).toBeLessThan(RUNS / 2)
    for (const token of new Set(accepted)) {
      if (!(await joseAccepts(token))) expect.fail(`jose refuses ${token}`)
    }
  })
})
