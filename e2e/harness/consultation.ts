import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { callWithToken } from './auth-api.js'
import type { Which } from './door.js'
import { fetchInPage, type PageRequest, routerRequest } from './in-page.js'
import type { Stack } from './stack.js'

/** A refresh at the backend of the example `auth-js`. */
export const isRenewal: Which = ({ method, path }) => method === 'POST' && path === '/auth/renew'

/** A sign-in there. */
export const isLogin: Which = ({ method, path }) => method === 'POST' && path === '/auth/login'

/** Where the browser of that example gets its access token. */
const TOKEN: PageRequest = {
  path: '/api/countersign/token',
  method: 'POST',
  headers: { 'X-Countersign': '1' },
}

/** What the token route said; no token unless `status` is 200. */
export interface AccessToken {
  readonly status: number
  readonly accessToken?: string
  /** Seconds. */
  readonly expiresIn?: number
}

/** The access token that the page's browser gets from its web server. */
export async function accessTokenIn(page: Page): Promise<AccessToken> {
  const [answer] = await fetchInPage(page, [TOKEN])
  return { ...JSON.parse(answer?.text ?? '{}'), status: answer?.status ?? 0 }
}

/** What all tabs of a user ask for at once; the first page is only opened, and asked at the end. */
const AT_ONCE = [
  ...['/tasks', '/tasks', '/tasks'].map(routerRequest),
  { path: '/api/auth/session' },
  TOKEN,
  TOKEN,
]

/**
 * Lets everything sleep until the access token has ended, then asks for everything at once. Resolves
 * to what shows that the user is signed out, and how often the backend was asked to renew.
 */
export async function meetEnd(stack: Stack, tabs: readonly Page[]) {
  const [first, ...others] = tabs
  if (!first) throw new Error('there are no tabs')
  const { status, expiresIn = 0 } = await accessTokenIn(first)
  if (status !== 200) return { logouts: [`the token route answered ${status}`], renewals: 0 }
  await Promise.all(tabs.map((tab) => tab.goto('/icon.svg')))
  await delay(expiresIn * 1000 + 100)
  const before = stack.authDoor.count(isRenewal)
  await Promise.all([
    first.goto('/tasks').catch(() => {}),
    ...others.map((tab) => fetchInPage(tab, AT_ONCE)),
  ])
  const logouts = await signsOfLogout(stack, first)
  return { logouts, renewals: stack.authDoor.count(isRenewal) - before }
}

async function signsOfLogout({ apiUrl }: Stack, page: Page): Promise<readonly string[]> {
  const { status, accessToken = '' } = await accessTokenIn(page)
  if (status !== 200) return [`the token route answered ${status}`]
  const tasks = await callWithToken(`${apiUrl}/api/v1/tasks`, accessToken)
  if (tasks.status !== 200) return [`the API answered ${tasks.status}`]
  await page.goto('/tasks')
  const { pathname } = new URL(page.url())
  return pathname === '/tasks' ? [] : [`the page led to ${pathname}`]
}
