import { describe, expect, it } from 'vitest'
import { readOptions, type VerifierOptions } from '../src/options.js'
import { AUDIENCE, ISSUER, JWKS_URI, SECRET } from './fixtures.js'

const GOOD = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['EdDSA'],
  jwksUri: JWKS_URI,
} satisfies VerifierOptions
const { jwksUri: _, ...WITHOUT_KEYS } = GOOD

describe('readOptions', () => {
  it('decides everything and freezes it', () => {
    const settings = readOptions(GOOD)

    expect(settings).toMatchObject({
      trusted: { algorithms: ['EdDSA'], trust: { jwksUri: JWKS_URI } },
      toleranceSeconds: 5,
      maxLifetimeSeconds: 905,
      maxEntries: 10_000,
    })
    expect(Object.isFrozen(settings)).toBe(true)
    expect(Object.isFrozen(settings.trusted.algorithms)).toBe(true)
  })

  it('adds the tolerance to the default lifetime only', () => {
    expect(readOptions({ ...GOOD, toleranceSeconds: 0 }).maxLifetimeSeconds).toBe(900)
    expect(readOptions({ ...GOOD, maxLifetimeSeconds: 60 }).maxLifetimeSeconds).toBe(60)
  })

  it.each([
    ['one secret', SECRET, [SECRET]],
    ['two secrets', [SECRET, `${SECRET}2`], [SECRET, `${SECRET}2`]],
  ])('takes %s for HS256', (_, secret, secrets) => {
    const settings = readOptions({ ...WITHOUT_KEYS, algorithms: ['HS256'], secret })

    expect(settings.trusted.trust).toEqual({ secrets })
  })

  it.each<[string, object]>([
    ['an unknown option', { ...GOOD, skipExpiry: true }],
    ['an unknown option of the cache', { ...GOOD, cache: { size: 1 } }],
    ['no issuer', { ...GOOD, issuer: undefined }],
    ['an empty issuer', { ...GOOD, issuer: '' }],
    ['a list of issuers', { ...GOOD, issuer: [ISSUER] }],
    ['no audience', { ...GOOD, audience: undefined }],
    ['no algorithms', { ...GOOD, algorithms: undefined }],
    ['an empty list of algorithms', { ...GOOD, algorithms: [] }],
    ['an algorithm in another case', { ...GOOD, algorithms: ['eddsa'] }],
    ['the algorithm none', { ...GOOD, algorithms: ['none'] }],
    ['algorithms as a text', { ...GOOD, algorithms: 'EdDSA' }],
    ['no keys', WITHOUT_KEYS],
    ['two sources of keys', { ...GOOD, jwks: { keys: [] } }],
    ['a secret beside public keys', { ...GOOD, secret: SECRET }],
    ['a secret without HS256', { ...WITHOUT_KEYS, secret: SECRET }],
    ['HS256 without a secret', { ...GOOD, algorithms: ['HS256'] }],
    ['HS256 beside EdDSA', { ...WITHOUT_KEYS, algorithms: ['HS256', 'EdDSA'], secret: SECRET }],
    ['a relative address', { ...GOOD, jwksUri: '/jwks' }],
    ['a file address', { ...GOOD, jwksUri: 'file:///etc/jwks.json' }],
    ['credentials in the address', { ...GOOD, jwksUri: 'https://a:b@auth.example.com/jwks' }],
    ['a negative tolerance', { ...GOOD, toleranceSeconds: -1 }],
    ['a tolerance of hours', { ...GOOD, toleranceSeconds: 7200 }],
    ['an endless lifetime', { ...GOOD, maxLifetimeSeconds: Number.POSITIVE_INFINITY }],
    ['a clock that is no function', { ...GOOD, now: 1 }],
    ['a cache without bound', { ...GOOD, cache: { maxEntries: Number.POSITIVE_INFINITY } }],
    ['no options', undefined as unknown as object],
  ])('refuses %s', (_, options) => {
    expect(() => readOptions(options as VerifierOptions)).toThrow(TypeError)
  })
})
