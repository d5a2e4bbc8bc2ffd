import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal, sealKeys, unseal } from '../src/seal.js'

const keys = sealKeys('the first secret which has enough bytes')
const context = '__Host-countersign'

describe('seal', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 }), (text) => {
        expect(unseal(seal(text, { keys, context }), { keys, context })).toBe(text)
      }),
    )
  })

  it('never seals the same text alike', () => {
    const values = new Set(Array.from({ length: 100 }, () => seal('text', { keys, context })))

    expect(values.size).toBe(100)
  })

  it('refuses a value in which any character was changed', () => {
    const value = seal('a session', { keys, context })

    for (let at = 0; at < value.length - 1; at += 1) {
      const other = value[at] === 'A' ? 'B' : 'A'
      const changed = value.slice(0, at) + other + value.slice(at + 1)
      expect(unseal(changed, { keys, context })).toBeNull()
    }
  })

  it('refuses a value of another cookie', () => {
    const value = seal('a session', { keys, context: 'another' })

    expect(unseal(value, { keys, context })).toBeNull()
    expect(unseal(value, { keys, context: 'another' })).toBe('a session')
  })

  it('refuses a value of another secret', () => {
    const value = seal('a session', {
      keys: sealKeys('another secret with enough bytes!!'),
      context,
    })

    expect(unseal(value, { keys, context })).toBeNull()
  })

  it('refuses garbage of any form without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `v1.${text}`),
        ),
        (text) => {
          expect(unseal(text, { keys, context })).toBeNull()
        },
      ),
    )
    expect(unseal(`v1.${keys[0]?.id}.${'A'.repeat(38)}`, { keys, context })).toBeNull()
    expect(unseal(`v1.${keys[0]?.id}.${'A'.repeat(100_000)}`, { keys, context })).toBeNull()
  })
})

describe('sealKeys', () => {
  const older = 'the first secret which has enough bytes'
  const newer = 'a newer secret which has enough bytes'

  it('opens values of an older secret and seals with the newest', () => {
    const both = sealKeys(`2:${newer},1:${older}`)
    const value = seal('a session', { keys, context })

    expect(unseal(value, { keys: both, context })).toBe('a session')
    expect(unseal(seal('a session', { keys: both, context }), { keys, context })).toBeNull()
  })

  it('gives a secret the same key with a version and without', () => {
    expect(sealKeys(`7:${older}`)).toEqual(sealKeys(older))
  })

  it.each([
    'short',
    'x'.repeat(64),
    `2:${newer},1:short`,
    `1:${newer},1:${older}`,
    `2:${newer},${older}`,
  ])('refuses the secret "%s", naming the variable', (secret) => {
    expect(() => sealKeys(secret)).toThrow(/^COUNTERSIGN_COOKIE_SECRET/)
    expect(() => sealKeys(secret)).toThrow(TypeError)
  })
})
