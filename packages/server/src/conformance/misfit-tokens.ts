import { ACCESS_TOKEN_TYPE, type SigningKey, signJws } from '@countersign/core'
import type { Forgery } from './forged-tokens.js'
import type { Rule } from './rules.js'

type Claims = Readonly<Record<string, unknown>>

/** Life of a token that is made for a probe, in seconds. */
const LIFE = 300
const HOUR = 3600
const YEAR = 365 * 86_400

/** Signs claims as an access token; `header` adds to or replaces what one has. */
export function signedWith(key: SigningKey, claims: Claims, header: Claims = {}): string {
  const usual = { kid: key.kid, typ: ACCESS_TOKEN_TYPE }
  return signJws(Buffer.from(JSON.stringify(claims)), { key, header: { ...usual, ...header } })
}

/** The claims with a life that begins now. */
export function fresh(claims: Claims, now = Math.floor(Date.now() / 1000)): Claims {
  return { ...claims, iat: now, exp: now + LIFE }
}

/** Tokens of the right key that are right but for one thing: what only claims can refuse. */
export function misfitsOf(template: Claims, key: SigningKey): readonly Forgery[] {
  const now = Math.floor(Date.now() / 1000)
  const claims = fresh(template, now)
  const make = (rule: Rule, what: string, changed: Claims, header: Claims = {}): Forgery => ({
    rule,
    what,
    token: signedWith(key, changed, header),
  })
  const without = (name: string) =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))
  return [
    make('expired', 'an hour ago', { ...claims, iat: now - HOUR - LIFE, exp: now - HOUR }),
    make('expired', 'a minute ago', { ...claims, iat: now - LIFE - 60, exp: now - 60 }),
    make('other_audience', 'another one', { ...claims, aud: 'another-audience' }),
    make('other_audience', 'a list of others', { ...claims, aud: ['one', 'two'] }),
    make('other_issuer', 'another one', { ...claims, iss: 'https://stranger.example' }),
    make('future', 'issued in an hour', { ...claims, iat: now + HOUR, exp: now + HOUR + LIFE }),
    make('future', 'not before an hour', { ...claims, nbf: now + HOUR }),
    make('long_life', 'ten years', { ...claims, exp: now + 10 * YEAR }),
    ...['exp', 'aud', 'iss', 'sub'].map((name) =>
      make('missing_claims', `without ${name}`, without(name)),
    ),
    make('other_purpose', 'an ID token (typ "JWT")', claims, { typ: 'JWT' }),
    make('other_purpose', 'a logout token', claims, { typ: 'logout+jwt' }),
    make('unknown_extension', 'crit', claims, { crit: ['x'], x: 1 }),
  ]
}
