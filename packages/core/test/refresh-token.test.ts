import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeRefreshToken, encodeRefreshToken, hashSalt } from '../src/refresh-token.js'

const key = { id: 1, key: randomBytes(32) }
const token = { sessionId: randomUUID(), generation: 7, salt: randomBytes(16) }
const text = encodeRefreshToken(token, key)

describe('encodeRefreshToken', () => {
  it('writes csr_ and 76 characters in all', () => {
    expect(text).toMatch(/^csr_[A-Za-z0-9_-]{72}$/)
  })

  it('writes the same characters for the same input', () => {
    expect(encodeRefreshToken(token, key)).toBe(text)
  })

  it('writes other characters for another generation', () => {
    expect(encodeRefreshToken({ ...token, generation: 8 }, key)).not.toBe(text)
  })

  it('refuses a generation that does not fit four bytes', () => {
    expect(() => encodeRefreshToken({ ...token, generation: 2 ** 32 }, key)).toThrow(RangeError)
  })
})

describe('decodeRefreshToken', () => {
  it('reads what was written', () => {
    const read = decodeRefreshToken(text, [key])

    expect(read).toMatchObject({ sessionId: token.sessionId, generation: 7 })
    expect(Buffer.from(read?.salt ?? []).equals(token.salt)).toBe(true)
  })

  it('reads a token of an older key that is still held', () => {
    const newer = { id: 2, key: randomBytes(32) }

    expect(decodeRefreshToken(text, [newer, key])?.sessionId).toBe(token.sessionId)
  })

  it('refuses a token whose key is no longer held', () => {
    expect(decodeRefreshToken(text, [{ id: 2, key: key.key }])).toBeUndefined()
  })

  it('refuses a token of another key with the same id', () => {
    expect(decodeRefreshToken(text, [{ id: 1, key: randomBytes(32) }])).toBeUndefined()
  })

  it('refuses every single flipped bit', () => {
    const bytes = Buffer.from(text.slice(4), 'base64url')
    const accepted = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return decodeRefreshToken(`csr_${flipped.toString('base64url')}`, [key])
    }).filter((read) => read !== undefined)

    expect(accepted).toEqual([])
  })

  it('refuses every truncation and every extension', () => {
    const spellings = [
      ...Array.from({ length: text.length }, (_, length) => text.slice(0, length)),
      `${text}A`,
      `${text} `,
    ]

    expect(spellings.filter((spelling) => decodeRefreshToken(spelling, [key]))).toEqual([])
  })

  it.each([
    ['another prefix', `CSR_${text.slice(4)}`],
    ['the standard alphabet', text.replace(/[-_]?.$/, '+')],
    ['an inner space', `${text.slice(0, 40)} ${text.slice(41)}`],
    ['a NUL', `${text.slice(0, 40)}\0${text.slice(41)}`],
  ])('refuses %s', (_, spelling) => {
    expect(decodeRefreshToken(spelling, [key])).toBeUndefined()
  })
})

describe('hashSalt', () => {
  it('gives 32 bytes that do not contain the salt', () => {
    expect(hashSalt(token.salt)).toHaveLength(32)
    expect(hashSalt(token.salt).includes(token.salt)).toBe(false)
  })
})
