import {
  createHmac,
  createPublicKey,
  sign as rawSign,
  verify as rawVerify,
  webcrypto,
} from 'node:crypto'
import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'
import { createVerifier } from '@countersign/verify'
import { createSigner as fastSigner, createVerifier as fastVerifier } from 'fast-jwt'
import { sign as honoSign, verify as honoVerify } from 'hono/jwt'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { AUDIENCE, claims, ISSUER, SECRET } from './lib/claims.mjs'
import { compare } from './lib/measure.mjs'
import { ratio, table, versions, whole } from './lib/report.mjs'

const DISTINCT_TOKENS = 1_000

/** Signing and verifying access tokens, beside the libraries people use. */
export async function run() {
  const sections = [`Packages: ${versions('jose', 'fast-jwt', 'jsonwebtoken', 'hono')}.`]
  for (const algorithm of ['HS256', 'EdDSA', 'ES256', 'RS256']) {
    const keys = await prepareKeys(algorithm)
    sections.push(`### Verify ${algorithm}, ratio to the raw signature check`)
    sections.push(show(await compare(verifiers(keys))))
    sections.push(`### Sign ${algorithm}, ratio to the raw signature`)
    sections.push(show(await compare(signers(keys))))
  }
  sections.push(
    `### Verify again a token seen before (${whole(DISTINCT_TOKENS)} tokens in turn, HS256)`,
  )
  sections.push(show(await compare(cachedVerifiers(await prepareKeys('HS256')))))
  return sections.join('\n\n')
}

function show(measured) {
  const rows = measured.map(({ name, ratio: factor, microseconds, perCpuSecond }) => [
    name,
    ratio(factor),
    microseconds.toFixed(microseconds < 10 ? 2 : 1),
    whole(perCpuSecond),
  ])
  return table(['', 'ratio', 'µs CPU', 'per CPU-second'], rows)
}

/** Each library gets its key in the form that it is fastest with. */
async function prepareKeys(algorithm) {
  const shared = algorithm === 'HS256'
  const jwk = shared ? undefined : await generatePrivateJwk(algorithm)
  const signingKey = jwk ? signingKeyFromJwk(jwk) : hmacKey(SECRET)
  const verifyingKey = jwk ? createPublicKey(signingKey.key) : signingKey.key
  const pem = (key, type) => key.export({ format: 'pem', type })
  const privateWebKey = shared ? await hmacWebKey() : await importJWK(jwk, algorithm)
  const publicWebKey = shared ? privateWebKey : await importJWK(publicJwk(jwk), algorithm)
  return {
    algorithm,
    signingKey,
    privateKey: signingKey.key,
    publicKey: verifyingKey,
    jwks: jwk ? { keys: [publicJwk(jwk)] } : undefined,
    privateWebKey,
    publicWebKey,
    pemPrivate: shared ? SECRET : pem(signingKey.key, 'pkcs8'),
    pemPublic: shared ? SECRET : pem(verifyingKey, 'spki'),
    token: signAccessToken(claims(), signingKey),
  }
}

const hmacWebKey = () =>
  webcrypto.subtle.importKey('raw', Buffer.from(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

function verifiers(keys) {
  const { algorithm, token } = keys
  const ours = verifierOf(keys, false)
  const fast = fastVerifier({ ...fastOptions(keys), cache: false })
  const joseOptions = { issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm], typ: 'at+jwt' }
  const honoOptions = { alg: algorithm, iss: ISSUER, aud: AUDIENCE, typ: 'at+jwt' }
  const plainOptions = { issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm] }
  return [
    { name: 'node:crypto, the signature alone', base: true, run: repeat(rawVerifier(keys)) },
    { name: '**countersign**, every rule, no cache', run: repeat(() => ours.verifySync(token)) },
    { name: 'fast-jwt, no cache', run: repeat(() => fast(token)) },
    ...(algorithm === 'EdDSA'
      ? []
      : [
          {
            name: 'jsonwebtoken',
            run: repeat(() => jsonwebtoken.verify(token, keys.publicKey, plainOptions)),
          },
        ]),
    { name: 'jose', run: repeatAsync(() => jwtVerify(token, keys.publicWebKey, joseOptions)) },
    { name: 'hono/jwt', run: repeatAsync(() => honoVerify(token, keys.publicWebKey, honoOptions)) },
  ]
}

function signers(keys) {
  const { algorithm, signingKey } = keys
  const payload = claims()
  const fast = fastSigner({ key: keys.pemPrivate, algorithm, kid: signingKey.kid })
  const header = { alg: algorithm, kid: signingKey.kid, typ: 'at+jwt' }
  const input = Buffer.from(keys.token.slice(0, keys.token.lastIndexOf('.')))
  return [
    { name: 'node:crypto, the signature alone', base: true, run: repeat(rawSigner(keys, input)) },
    { name: '**countersign**', run: repeat(() => signAccessToken(payload, signingKey)) },
    { name: 'fast-jwt', run: repeat(() => fast(payload)) },
    ...(algorithm === 'EdDSA'
      ? []
      : [
          {
            name: 'jsonwebtoken',
            run: repeat(() => jsonwebtoken.sign(payload, keys.privateKey, { algorithm })),
          },
        ]),
    {
      name: 'jose',
      run: repeatAsync(() =>
        new SignJWT(payload).setProtectedHeader(header).sign(keys.privateWebKey),
      ),
    },
    { name: 'hono/jwt', run: repeatAsync(() => honoSign(payload, keys.privateWebKey, algorithm)) },
  ]
}

/** Tokens arrive as new strings, as from a socket: a comparison by identity would flatter a cache. */
function cachedVerifiers(keys) {
  const arrivals = Array.from({ length: DISTINCT_TOKENS }, (_, number) =>
    Buffer.from(signAccessToken(claims(number), keys.signingKey)),
  )
  let next = 0
  const arrive = () => arrivals[next++ % DISTINCT_TOKENS].latin1Slice()
  const ours = verifierOf(keys, true)
  const fast = fastVerifier({ ...fastOptions(keys), cache: DISTINCT_TOKENS * 2 })
  return [
    { name: 'fast-jwt, from its cache', base: true, run: repeat(() => fast(arrive())) },
    { name: '**countersign**, from its cache', run: repeat(() => ours.verifySync(arrive())) },
    { name: 'a new string alone', run: repeat(arrive) },
  ]
}

function verifierOf({ algorithm, jwks }, cached) {
  const key = jwks ? { jwks } : { secret: SECRET }
  const cache = cached ? { maxEntries: 10_000 } : false
  return createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [algorithm],
    ...key,
    cache,
  })
}

function fastOptions({ algorithm, pemPublic }) {
  const requiredClaims = ['iss', 'aud', 'exp', 'sub']
  const expected = { allowedIss: ISSUER, allowedAud: AUDIENCE, requiredClaims }
  return { key: pemPublic, algorithms: [algorithm], ...expected }
}

function rawVerifier({ algorithm, publicKey, token }) {
  const dot = token.lastIndexOf('.')
  const input = Buffer.from(token.slice(0, dot))
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  if (algorithm === 'HS256') return () => createHmac('sha256', publicKey).update(input).digest()
  const [digest, key] = rawKey(algorithm, publicKey)
  return () => rawVerify(digest, input, key, signature)
}

function rawSigner({ algorithm, privateKey }, input) {
  if (algorithm === 'HS256') return () => createHmac('sha256', privateKey).update(input).digest()
  const [digest, key] = rawKey(algorithm, privateKey)
  return () => rawSign(digest, input, key)
}

function rawKey(algorithm, key) {
  if (algorithm === 'EdDSA') return [undefined, key]
  return ['sha256', algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key]
}

function repeat(once) {
  return (times) => {
    for (let time = 0; time < times; time++) once()
  }
}

function repeatAsync(once) {
  return async (times) => {
    for (let time = 0; time < times; time++) await once()
  }
}
