import { describe, expect, it } from 'vitest'
import { bearerToken, clientCredentials, looksLikeRefreshToken } from '../src/http/credentials.js'

const header = (authorization: string) => new Headers({ Authorization: authorization })
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Bearer   a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
  ])('reads %s', (text, token) => {
    expect(bearerToken(header(text))).toBe(token)
  })

  it('misses a token when there is no header', () => {
    expect(() => bearerToken(new Headers())).toThrow(
      expect.objectContaining({ code: 'missing_token' }),
    )
  })

  it.each([
    'Bearer',
    'Bearer%%',
    'Bearer %%',
    'Bearer a b',
    'Basic abc',
    'Bearer a,b',
    'Bearer =a',
  ])('refuses %s', (text) => {
    expect(() => bearerToken(header(text))).toThrow(
      expect.objectContaining({ code: 'invalid_token' }),
    )
  })
})

describe('clientCredentials', () => {
  it.each([
    ['plain', 'web:secret', { id: 'web', secret: 'secret' }],
    ['a colon in the secret', 'web:a:b', { id: 'web', secret: 'a:b' }],
    ['what RFC 6749 encodes', 'a%3Ab:c+d%25', { id: 'a:b', secret: 'c d%' }],
    ['a secret beyond ASCII', 'web:%C3%A9', { id: 'web', secret: 'é' }],
  ])('reads %s', (_name, text, expected) => {
    expect(clientCredentials(header(`Basic ${base64(text)}`))).toEqual(expected)
  })

  it('is undefined without a header', () => {
    expect(clientCredentials(new Headers())).toBeUndefined()
  })

  it.each([
    ['no colon', base64('web')],
    ['no id', base64(':secret')],
    ['no secret', base64('web:')],
    ['half an escape', base64('web%:secret')],
    ['an escape that is no UTF-8', base64('%ff:secret')],
    ['a NUL', base64('web\0:secret')],
    ['an encoded NUL', base64('web%00:secret')],
    ['an id beyond ASCII', base64('wéb:secret')],
  ])('refuses %s as a client', (_name, text) => {
    expect(() => clientCredentials(header(`Basic ${text}`))).toThrow(
      expect.objectContaining({ code: 'invalid_client' }),
    )
  })

  it.each(['Bearer abc', 'Basic', 'Basic %%', 'Basic a b', 'Basic YQ==, Basic YQ==', ''])(
    'refuses "%s" as another form',
    (text) => {
      expect(() => clientCredentials(header(text))).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      )
    },
  )
})

describe('looksLikeRefreshToken', () => {
  it('goes by the prefix', () => {
    expect(looksLikeRefreshToken('csr_abc')).toBe(true)
    expect(looksLikeRefreshToken('eyJhbGciOiJFZERTQSJ9.e30.')).toBe(false)
  })
})
