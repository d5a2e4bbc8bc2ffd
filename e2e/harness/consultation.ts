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

/** What happened when an access token had ended. */
export interface End {
  /** The session was gone. */
  readonly logouts: readonly string[]
  /** How often the backend was asked to renew, and in how many seconds. */
  readonly renewals: number
  readonly seconds: number
}

/** Lets everything sleep until the access token has ended, then asks for everything at once. */
export async function meetEnd(stack: Stack, tabs: readonly Page[]): Promise<End> {
  const [first, ...others] = tabs
  if (!first) throw new Error('there are no tabs')
  const { status, expiresIn = 0 } = await tokenOrEnd(first)
  if (status !== 200) return { logouts: ['before the end of a token'], renewals: 0, seconds: 0 }
  await Promise.all(tabs.map((tab) => tab.goto('/icon.svg')))
  await delay(expiresIn * 1000 + 100)
  const before = stack.authDoor.count(isRenewal)
  const began = performance.now()
  await Promise.all([
    first.goto('/tasks').catch(() => {}),
    ...others.map((tab) => fetchInPage(tab, AT_ONCE)),
  ])
  const renewals = stack.authDoor.count(isRenewal) - before
  const seconds = (performance.now() - began) / 1000
  return { logouts: await signsOfLogout(stack, first), renewals, seconds }
}

/** A machine that is busy answers late, which is no logout. */
const ATTEMPTS = 10

async function tokenOrEnd(page: Page): Promise<AccessToken> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const token = await accessTokenIn(page)
    if (token.status === 200 || token.status === 401) return token
    await delay(500)
  }
  return accessTokenIn(page)
}

async function signsOfLogout({ apiUrl }: Stack, page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { status, accessToken = '' } = await tokenOrEnd(page)
    if (status === 401) return ['the token route answered 401']
    const tasks = await callWithToken(`${apiUrl}/api/v1/tasks`, accessToken)
    await page.goto('/tasks')
    const { pathname } = new URL(page.url())
    if (tasks.status === 200 && pathname === '/tasks') return []
    found.push(`the API answered ${tasks.status}, and the page led to ${pathname}`)
  }
  return found.slice(-1)
}
