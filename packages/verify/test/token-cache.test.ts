import { type Identity, identityFromClaims } from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { createTokenCache } from '../src/token-cache.js'
import { CLAIMS, NOW } from './fixtures.js'

function identity(sid = 'session-1', exp = NOW + 900): Identity {
  return identityFromClaims({ ...CLAIMS, sid, exp })
}

describe('createTokenCache', () => {
  it('answers with the identity of exactly the same token', () => {
    const cache = createTokenCache(10)
    const kept = identity()
    cache.set('header.payload.signature', kept)

    expect(cache.get('header.payload.signature', NOW)).toBe(kept)
  })

  it('knows no other token with the same signature', () => {
    const cache = createTokenCache(10)
    cache.set('header.payload.signature', identity())

    expect(cache.get('header.PAYLOAD.signature', NOW)).toBeUndefined()
    expect(cache.get('signature', NOW)).toBeUndefined()
    expect(cache.get('header.payload.signature', NOW)).toBeDefined()
  })

  it.each([
    ['one second before exp', NOW + 899, true],
    ['at exp', NOW + 900, false],
    ['after exp', NOW + 901, false],
    ['while the clock is broken', Number.NaN, false],
  ])('%s answers: %s', (_, now, answers) => {
    const cache = createTokenCache(10)
    cache.set('a.b.c', identity())

    expect(cache.get('a.b.c', now) !== undefined).toBe(answers)
  })

  it('never holds more than it may', () => {
    const cache = createTokenCache(100)
    const tokens = Array.from({ length: 1000 }, (_, n) => `a.b.${n}`)

    for (const token of tokens) cache.set(token, identity())

    const held = tokens.filter((token) => cache.get(token, NOW)).length
    expect(held).toBeGreaterThanOrEqual(50)
    expect(held).toBeLessThanOrEqual(100)
  })

  it('keeps what is used while others come and go', () => {
    const cache = createTokenCache(10)
    cache.set('a.b.used', identity())

    for (let n = 0; n < 100; n += 1) {
      cache.set(`a.b.${n}`, identity())
      expect(cache.get('a.b.used', NOW)).toBeDefined()
    }

    expect(cache.get('a.b.0', NOW)).toBeUndefined()
  })

  it('forgets the tokens of one session, in both generations', () => {
    const cache = createTokenCache(4)
    cache.set('a.b.1', identity('gone'))
    cache.set('a.b.2', identity('kept'))
    cache.set('a.b.3', identity('gone'))

    cache.forgetSession('gone')

    expect(cache.get('a.b.1', NOW)).toBeUndefined()
    expect(cache.get('a.b.2', NOW)).toBeDefined()
    expect(cache.get('a.b.3', NOW)).toBeUndefined()
  })

  it('forgets everything when cleared', () => {
    const cache = createTokenCache(10)
    cache.set('a.b.c', identity())

    cache.clear()

    expect(cache.get('a.b.c', NOW)).toBeUndefined()
  })

  it('looks at nothing that is too long or no text', () => {
    const cache = createTokenCache(10)

    expect(cache.get('a'.repeat(10_000), NOW)).toBeUndefined()
    expect(cache.get(undefined as unknown as string, NOW)).toBeUndefined()
  })
})
