import { describe, expect, it } from 'vitest'
import { basicAuthorization } from '../src/client-credentials.js'

const decoded = (header: string) => Buffer.from(header.slice('Basic '.length), 'base64').toString()

describe('basicAuthorization', () => {
  it('joins id and secret', () => {
    expect(decoded(basicAuthorization('todo-web', 'secret'))).toBe('todo-web:secret')
  })

  it.each([
    ['a+b', 'a%2Bb'],
    ['100%', '100%25'],
    ['%41', '%2541'],
    ['a:b', 'a%3Ab'],
    ['a b', 'a+b'],
    ['ä', '%C3%A4'],
  ])('form-encodes %s first', (text, encoded) => {
    expect(decoded(basicAuthorization(text, text))).toBe(`${encoded}:${encoded}`)
  })
})
