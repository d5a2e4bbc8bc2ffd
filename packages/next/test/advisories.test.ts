import { beforeEach, expect, it, vi } from 'vitest'
import { safeReturnTo } from '../src/return-to.js'
import { setUp } from './browser.js'

/** What went wrong in other products, held against this one (`spec/advisories.md`). */
const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

beforeEach(() => {
  incoming.headers = new Headers()
})

async function signedIn() {
  const setup = await setUp()
  await setup.browser.login()
  incoming.headers = setup.browser.request('/').headers
  return setup
}

it.each([
  ['is down', () => Promise.reject(new TypeError('down'))],
  ['answers 500 with a user', async () => Response.json({ user: { id: '1' } }, { status: 500 })],
  ['answers an empty object', async () => Response.json({})],
  ['answers HTML', async () => new Response('<html></html>')],
])('next-auth 5.0.0-beta.32: nobody is signed in by a server that %s', async (_what, answer) => {
  const { app, auth, browser, clock } = await signedIn()
  auth.behaviour.intercept = answer
  clock.seconds += 1000

  await browser.visit('/tasks')
  incoming.headers = browser.request('/').headers

  expect(await app.getSession()).toBeNull()
})

it.each([
  '//evil.test',
  '/\\evil.test',
  '/\t/evil.test',
  '/%09/..//evil.test',
  'https://user@evil.test',
  'javascript:alert(1)',
  '/\u0000/evil.test',
])('CVE-2022-24858, GHSA-7p99-3798-f85c: %j leads nowhere else', (page) => {
  const kept = new URL(safeReturnTo(page), 'https://app.test')

  expect(kept.origin).toBe('https://app.test')
})

it('CVE-2025-48947: what sets or reads a session is private, and is not stored', async () => {
  const { browser } = await signedIn()
  const again = await browser.login()

  const answers = [again, await browser.visit('/tasks'), await browser.call('me')]

  for (const { headers } of answers) expect(headers.get('cache-control')).toBe('private, no-store')
})

it('CVE-2025-29927: a page guards itself, whatever the proxy was told to skip', async () => {
  const { app, browser } = await signedIn()
  const skip = 'src/proxy:src/proxy:src/proxy:src/proxy:src/proxy'
  const visitor = new Headers({ 'x-middleware-subrequest': skip })
  incoming.headers = visitor

  expect(await app.getSession()).toBeNull()
  await expect(app.requireRole('user')).rejects.toThrow()
  incoming.headers = browser.request('/').headers
  expect(await app.getSession()).not.toBeNull()
})
