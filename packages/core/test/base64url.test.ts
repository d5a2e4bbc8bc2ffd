import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.js'

describe('decodeBase64url', () => {
  it('reads back what encodeBase64url wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('accepts one spelling of any bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = decodeBase64url(text)

        expect(bytes === undefined || encodeBase64url(bytes) === text).toBe(true)
      }),
    )
  })

  it.each([
    ['padding', 'AA=='],
    ['white space', 'AA AA'],
    ['the alphabet of base64', '+/+/'],
    ['a lone last character', 'AAAAA'],
    ['unused bits in two characters', 'AB'],
    ['unused bits in three characters', 'AAB'],
    ['a character beyond Latin-1', 'ŁAAA'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64url(text)).toBeUndefined()
  })

  it('encodes a text as UTF-8', () => {
    expect(encodeBase64url('é')).toBe('w6k')
  })
})
