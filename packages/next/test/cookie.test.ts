import { describe, expect, it } from 'vitest'
import { cookieForm, readCookie, replaceCookie, setCookieHeader } from '../src/cookie.js'

describe('cookieForm', () => {
  it.each([
    ['https://app.example.com', { name: '__Host-countersign', secure: true }],
    ['http://localhost:3000', { name: '__Host-countersign', secure: true }],
    ['http://127.0.0.1:3000', { name: 'countersign', secure: false }],
    ['http://[::1]:3000', { name: 'countersign', secure: false }],
  ])('follows the public origin %s', (origin, expected) => {
    expect(cookieForm(new URL(origin))).toEqual(expected)
  })

  it.each(['http://app.example.com', 'http://192.168.0.7', 'http://localhost.example.com'])(
    'refuses plain http at %s',
    (origin) => {
      expect(() => cookieForm(new URL(origin))).toThrow(/COUNTERSIGN_WEB_ORIGIN/)
    },
  )
})

describe('readCookie', () => {
  it.each([
    ['a=1; s=value; b=2', 'value'],
    ['s=value', 'value'],
    ['s=', ''],
    ['s = value', 'value'],
    ['s=with=sign', 'with=sign'],
  ])('reads it from "%s"', (header, value) => {
    expect(readCookie(header, 's')).toBe(value)
  })

  it.each([null, '', 'a=1', 'as=1; s2=2', 'S=1', ';;;', 's=1; s=2', 's=1; a=1; s=1'])(
    'finds none, or refuses two, in "%s"',
    (header) => {
      expect(readCookie(header, 's')).toBeNull()
    },
  )
})

describe('a cookie of a neighbouring subdomain', () => {
  it.each(['\u00a0', '\u2000', '\ufeff', '\v', '\u0085'])(
    'is not taken for ours because of %j around its name',
    (space) => {
      expect(readCookie(`${space}__Host-s=planted`, '__Host-s')).toBeNull()
      expect(readCookie(`a=1;${space}__Host-s=planted`, '__Host-s')).toBeNull()
      expect(readCookie(`__Host-s${space}=planted; __Host-s=own`, '__Host-s')).toBe('own')
    },
  )

  it.each(['__host-s', '__HOST-S', '__Host-S', '=__Host-s'])('is not ours as %s', (name) => {
    expect(readCookie(`${name}=planted; __Host-s=own`, '__Host-s')).toBe('own')
  })

  it('leaves nobody signed in as somebody else: two of one name are none', () => {
    expect(readCookie('__Host-s=planted; __Host-s=own', '__Host-s')).toBeNull()
  })
})

describe('replaceCookie', () => {
  it('replaces one and keeps the spelling of the others', () => {
    const header = 'a=%zz; s=old; b="q%20q"; flag'

    expect(replaceCookie(header, 's', 'new')).toBe('a=%zz; b="q%20q"; flag; s=new')
  })

  it('removes every one of that name', () => {
    expect(replaceCookie('s=1; a=2; s=3', 's', null)).toBe('a=2')
    expect(replaceCookie('s=1', 's', null)).toBe('')
  })
})

describe('setCookieHeader', () => {
  it('fulfils the rules of the __Host- prefix', () => {
    const form = { name: '__Host-countersign', secure: true }

    expect(setCookieHeader(form, 'v', 60)).toBe(
      '__Host-countersign=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60',
    )
  })

  it('has no lifetime unless there is one, and no Secure unless it can be kept', () => {
    expect(setCookieHeader({ name: 'countersign', secure: false }, 'v')).toBe(
      'countersign=v; Path=/; HttpOnly; SameSite=Lax',
    )
  })
})
