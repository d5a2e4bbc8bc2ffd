import type { SigningKey } from '@countersign/core'
import type { ApiTarget } from './api-target.js'
import { readToken } from './forged-tokens.js'
import { fresh, signedWith } from './misfit-tokens.js'

type Claims = Readonly<Record<string, unknown>>

/** Words of an API in which a token may stand are not repeated. */
const WORDS = /^[\w .,:;'"/()-]{3,120}$/
const TEN_MINUTES = 600

/**
 * Why an API refuses a genuine token. Tokens that differ in one thing from a genuine one tell what it
 * was configured with instead; without a key to make them, its own words have to do.
 */
export async function whyRefused(target: ApiTarget): Promise<string> {
  const named = target.key ? await experiment(target, target.key) : undefined
  const told = target.toGenuine ? wordsOf(target.toGenuine.json) : undefined
  const words = told ? `; it says "${told}"` : ''
  return `a genuine token is refused: ${named ?? explain(target)}${words}`
}

async function experiment(target: ApiTarget, key: SigningKey): Promise<string | undefined> {
  const { claims, suspects, oldKeys } = target
  const accepts = async (changed: Claims, by: SigningKey = key) =>
    (await target.send(signedWith(by, changed))).status < 300
  const whole = fresh(claims)
  if (await accepts(whole)) return explainTrust(target, key)
  const now = Number(whole.iat)
  if (await accepts({ ...whole, iat: now - TEN_MINUTES, exp: now + TEN_MINUTES / 3 })) {
    return 'its clock is behind, so that a new token seems to be from the future'
  }
  if (await accepts({ ...whole, exp: now + TEN_MINUTES })) {
    return 'its clock is ahead, so that tokens seem to have expired'
  }
  for (const iss of suspects.issuers) {
    if (await accepts({ ...whole, iss })) return `it expects the issuer ${iss}, not ${claims.iss}`
  }
  for (const aud of suspects.audiences) {
    if (await accepts({ ...whole, aud })) return `it expects the audience ${aud}, not ${claims.aud}`
  }
  for (const [name, secret] of suspects.secrets) {
    if (await accepts(whole, secret)) return `it holds another secret: that of ${name}`
  }
  for (const old of oldKeys) {
    if (await accepts(whole, old)) return `it holds an old key, ${old.kid}`
  }
  return undefined
}

/** It trusts the key that is known here: either the issuer has another one, or the token is no good. */
function explainTrust({ genuine = '' }: ApiTarget, { kid, algorithm }: SigningKey): string {
  const signer = readToken(genuine)?.header.kid
  const kind = algorithm === 'HS256' ? 'secret' : 'key'
  return signer === kid
    ? 'it accepts one that was made here, so that the session of this one has ended'
    : `it holds ${kind} ${kid}, and the issuer signs with ${kind} ${signer}`
}

/** What remains when nothing that was tried fits. */
function explain({ key, jwks, issuer, audience }: ApiTarget): string {
  const expected = [issuer && `the issuer ${issuer}`, audience && `the audience ${audience}`]
  const addressees = expected.filter(Boolean).join(' and ')
  const trust = addressees
    ? `is it configured with ${addressees}`
    : 'are issuer and audience the same'
  if (key?.algorithm === 'HS256') {
    return `does it hold secret ${key.kid} (or a wrong secret), and ${trust}?`
  }
  const keys =
    jwks.length > 0 ? 'does it read the key set (or hold an old key)' : 'is its key right'
  return `${keys}, and ${trust}?`
}

/** `detail` or `message` of its answer, if it is a short sentence. */
function wordsOf(json: Claims = {}): string | undefined {
  const words = [json.detail, json.message, json.error_description, json.error]
  return words.find((text): text is string => typeof text === 'string' && WORDS.test(text))
}
