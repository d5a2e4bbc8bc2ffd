import { describe, expect, it } from 'vitest'
import { deriveKey, parseRootSecrets } from '../src/secrets.js'

const strong = 'a-root-secret-for-tests-0123456789'

describe('parseRootSecrets', () => {
  it('reads one secret as version 1', () => {
    expect(parseRootSecrets(strong)).toEqual([{ version: 1, value: strong }])
  })

  it('reads a list, newest first', () => {
    expect(parseRootSecrets(`2:${strong}x,1:${strong}`).map((s) => s.version)).toEqual([2, 1])
  })

  it.each([
    ['fewer than 32 bytes', 'short'],
    ['32 times the same character', 'a'.repeat(32)],
    ['a version twice', `1:${strong},1:${strong}x`],
    ['version 0', `0:${strong}`],
    ['version 256', `256:${strong}`],
    ['a list entry without version', `2:${strong},${strong}`],
  ])('refuses %s', (_, text) => {
    expect(() => parseRootSecrets(text)).toThrow(TypeError)
  })
})

describe('deriveKey', () => {
  const secret = { version: 1, value: strong }

  it('gives the same 32 bytes for the same purpose', () => {
    expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'a'))).toBe(true)
    expect(deriveKey(secret, 'a')).toHaveLength(32)
  })

  it('gives other bytes for another purpose', () => {
    expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'b'))).toBe(false)
  })
})
