import { describe, expect, it } from 'vitest'
import { safeReturnTo, signInPath } from '../lib/return-to'

describe('safeReturnTo', () => {
  it.each(['/', '/tasks', '/session?from=mail#devices', '/overview?q=a%20b', '/%09x', '/a//b'])(
    'keeps the local page %s',
    (path) => {
      expect(safeReturnTo(path)).toBe(path)
    },
  )

  it.each([
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    'https://evil.test/tasks',
    'javascript:alert(1)',
    '/\t/evil.test',
    '/\n/evil.test',
    ' /tasks',
    '/..//evil.test',
    '/./\\evil.test',
    '/a/../..//evil.test',
    '/%2e%2e//evil.test',
    'tasks',
    '',
    undefined,
    null,
    7,
  ])('sends %j to the task list', (value) => {
    expect(safeReturnTo(value)).toBe('/tasks')
  })

  it.each([
    '/sign-in',
    '/sign-up?returnTo=/tasks',
    '/api/auth/logout',
    '/form/sign-out',
    '/x/../api/me',
  ])('does not lead back to %s, which is no page to arrive at', (path) => {
    expect(safeReturnTo(path)).toBe('/tasks')
  })
})

describe('signInPath', () => {
  it('carries the page and the reason', () => {
    const url = new URL(signInPath('/session?a=1&b=2#c', 'revoked'), 'http://here.test')

    expect(url.pathname).toBe('/sign-in')
    expect(safeReturnTo(url.searchParams.get('returnTo'))).toBe('/session?a=1&b=2#c')
    expect(url.searchParams.get('reason')).toBe('revoked')
  })
})
