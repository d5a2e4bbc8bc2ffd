import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import {
  encodeBase64url,
  type Jwk,
  MAX_TOKEN_LENGTH,
  signJws,
  verificationKeyFromJwk,
} from '@countersign/core'
import type { Rule } from './rules.js'

/** A token that nobody may accept, and the rule that refuses it. */
export interface Forgery {
  readonly rule: Rule
  /** What was done, for the report. */
  readonly what: string
  readonly token: string
}

type Json = Readonly<Record<string, unknown>>

/** Header and claims of a token, without any check; `undefined` for what is none. */
export function readToken(token: string): { header: Json; claims: Json } | undefined {
  try {
    const [header, claims] = token.split('.', 2).map((part) => Buffer.from(part, 'base64url'))
    return { header: JSON.parse(String(header)), claims: JSON.parse(String(claims)) }
  } catch {
    return undefined
  }
}

/**
 * What can be forged from a genuine token without the key that signed it.
 * @param jwks the published keys, for the confusion of keys
 */
export function forgeriesOf(genuine: string, jwks: readonly Jwk[]): readonly Forgery[] {
  const [header = '', payload = '', signature = ''] = genuine.split('.')
  const read = readToken(genuine)
  if (!read) return []
  const admin = segment({ ...read.claims, role: 'admin', sub: 'somebody-else' })
  const make = (rule: Rule, what: string, token: string): Forgery => ({ rule, what, token })
  return [
    ...['none', 'None', 'nOnE'].flatMap((alg) => {
      const unsigned = `${segment({ ...read.header, alg })}.${payload}.`
      return [
        make('no_algorithm', `alg "${alg}"`, unsigned),
        make('no_algorithm', `alg "${alg}" with a signature`, unsigned + signature),
      ]
    }),
    make('changed_token', 'other claims', `${header}.${admin}.${signature}`),
    make('changed_token', 'no signature', `${header}.${payload}.`),
    make('changed_token', 'another signature', `${header}.${payload}.${flipped(signature)}`),
    make('truncated', 'half of it', genuine.slice(0, genuine.length / 2)),
    make('truncated', 'without its last characters', genuine.slice(0, -4)),
    make('truncated', 'without its signature', `${header}.${payload}`),
    make('oversized', `${MAX_TOKEN_LENGTH + 1000} characters`, oversized(genuine)),
    make('respelled', 'unused bits set', `${header}.${payload}.${respelled(signature)}`),
    ...foreign(read),
    ...jwks.flatMap((jwk) => confused(read, jwk)),
  ]
}

/** Signed properly, by a key that the forger made a moment ago. */
function foreign({ header, claims }: { header: Json; claims: Json }): readonly Forgery[] {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const payload = Buffer.from(JSON.stringify(claims))
  const jwk = publicKey.export({ format: 'jwk' })
  const key = { kid: '', algorithm: 'EdDSA', key: privateKey } as const
  const sign = (more: Json) => signJws(payload, { key, header: { ...header, ...more } })
  const secret = createHmac('sha256', 'secret')
  const hmac = `${segment({ ...header, alg: 'HS256' })}.${encodeBase64url(payload)}`
  return [
    { rule: 'foreign_key', what: 'with the kid of the real key', token: sign({}) },
    { rule: 'foreign_key', what: 'with a kid of its own', token: sign({ kid: 'stranger' }) },
    { rule: 'foreign_key', what: 'with its key in the header', token: sign({ jwk }) },
    {
      rule: 'foreign_key',
      what: 'with the address of its key in the header',
      token: sign({ jku: 'https://stranger.example/jwks' }),
    },
    {
      rule: 'foreign_key',
      what: 'with the HMAC secret "secret"',
      token: `${hmac}.${secret.update(hmac).digest('base64url')}`,
    },
  ]
}

/** HMAC under each text that a library may take the public key for (RFC 8725 section 2.1). */
function confused({ header, claims }: { header: Json; claims: Json }, jwk: Jwk): Forgery[] {
  const input = `${segment({ ...header, alg: 'HS256', kid: jwk.kid })}.${segment(claims)}`
  return spellingsOf(jwk).map(([what, secret]) => ({
    rule: 'confused_key',
    what: `HMAC with the public key as ${what}`,
    token: `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`,
  }))
}

function spellingsOf(jwk: Jwk): readonly (readonly [string, string | Buffer])[] {
  try {
    verificationKeyFromJwk(jwk)
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const pem = String(key.export({ type: 'spki', format: 'pem' }))
    return [
      ['PEM', pem],
      ['PEM without its last line break', pem.trimEnd()],
      ['DER', key.export({ type: 'spki', format: 'der' })],
      ['JSON', JSON.stringify(jwk)],
    ]
  } catch {
    return []
  }
}

function oversized(genuine: string): string {
  return genuine + 'A'.repeat(Math.max(0, MAX_TOKEN_LENGTH + 1000 - genuine.length))
}

/** Another byte, so that no spelling of the signature stays right. */
function flipped(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64url')
}

/** The same bytes in other characters: the last one has bits that mean nothing, or there is padding. */
function respelled(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const index = alphabet.indexOf(signature.at(-1) ?? '')
  return signature.length % 4 === 0 ? signature : signature.slice(0, -1) + alphabet[index + 1]
}

function segment(value: Json): string {
  return encodeBase64url(JSON.stringify(value))
}
