import { describe, expect, it } from 'vitest'
import { safeReturnTo, withReturnTo } from '../src/return-to.js'

const HOSTILE = [
  ...['//evil.test', '///evil.test', '/\\evil.test', '\\\\evil.test', '\\/evil.test'],
  ...['https://evil.test/tasks', 'http:evil.test', 'HTTPS:/evil.test', 'javascript:alert(1)'],
  ...['data:text/html,x', 'mailto:a@evil.test', '@evil.test', 'user@evil.test', '.evil.test'],
  ...['/\t/evil.test', '/\n/evil.test', '/\r/evil.test', '\t//evil.test', ' //evil.test'],
  ...['/\u0000/evil.test', '/tasks\r\nSet-Cookie: a=b', '/tasks\n', '/tasks ', '/\x7f/evil.test'],
  ...['/.//evil.test', '/..//evil.test', '/./\\evil.test', '/a/../..//evil.test'],
  ...['/%2e//evil.test', '/%2e%2e//evil.test', '/a/%2E%2E//evil.test', '/;/..//evil.test'],
  ...['tasks', './tasks', '?a=1', '#a', '', ' ', `/${'a'.repeat(2048)}`],
  ...[undefined, null, 7, {}, ['/tasks'], ['//evil.test'], new URL('https://evil.test')],
]

describe('safeReturnTo', () => {
  it.each([
    ...['/', '/tasks', '/session?from=mail#devices', '/overview?q=a%20b', '/%09x', '/a//b'],
    ...['/@evil.test', '/https://evil.test', '/?next=//evil.test', '/%2f%2fevil.test', '/a:b@c'],
  ])('keeps the local page %s, on whatever origin', (path) => {
    const kept = safeReturnTo(path)

    expect(kept).toBe(path)
    expect(new URL(kept, 'https://app.test').origin).toBe('https://app.test')
  })

  it.each(HOSTILE)('leads %j to the fallback', (value) => {
    expect(safeReturnTo(value)).toBe('/')
    expect(safeReturnTo(value, { fallback: '/tasks' })).toBe('/tasks')
  })

  it.each([
    ['/a/../tasks', '/tasks'],
    ['/tasks/ä?q=ö', '/tasks/%C3%A4?q=%C3%B6'],
    ['/\uff0fevil.test', '/%EF%BC%8Fevil.test'],
    ['/\ud800', '/%EF%BF%BD'],
  ])('spells %j as browsers do, in ASCII', (path, spelled) => {
    expect(safeReturnTo(path)).toBe(spelled)
  })
})

describe('withReturnTo', () => {
  it('carries the page, also beside a query of the sign-in page', () => {
    expect(withReturnTo('/login', '/tasks?a=1&b=2')).toBe(
      '/login?returnTo=%2Ftasks%3Fa%3D1%26b%3D2',
    )
    expect(withReturnTo('/login?from=app#form', '/tasks')).toBe(
      '/login?from=app&returnTo=%2Ftasks#form',
    )
  })

  it.each(HOSTILE)('carries nothing of %j', (value) => {
    expect(withReturnTo('/login', value)).toBe('/login')
  })

  it('never leads back to itself', () => {
    expect(withReturnTo('/login', '/login?returnTo=/tasks')).toBe('/login')
  })
})
