import type { Page } from 'playwright-core'

/** What a page's own script is told about an answer. */
export interface PageAnswer {
  readonly status: number
  /** Path in the end, after redirects. */
  readonly path: string
  readonly text: string
}

/** A request that a page's script makes; `headers` make it what it is. */
export interface PageRequest {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The payload of a page, as the router of Next.js asks for it when it prefetches or navigates. */
export function routerRequest(path: string): PageRequest {
  return { path: `${path}?_rsc`, headers: { RSC: '1' } }
}

/** Sends requests from a page, all at once, with the cookies that its browser has. */
export function fetchInPage(
  page: Page,
  requests: readonly PageRequest[],
): Promise<readonly PageAnswer[]> {
  return page.evaluate(async (all) => {
    const send = async ({ path, ...init }: PageRequest) => {
      const response = await fetch(path, init as RequestInit)
      const text = await response.text()
      return { status: response.status, path: new URL(response.url).pathname, text }
    }
    return Promise.all(all.map(send))
  }, requests)
}

/** Posts JSON from a page; the status of the answer. */
export function postInPage(page: Page, path: string, body: unknown): Promise<number> {
  return page.evaluate(
    async ([url, json]) => {
      const headers = { 'Content-Type': 'application/json' }
      return (await fetch(url, { method: 'POST', headers, body: json })).status
    },
    [path, JSON.stringify(body)] as const,
  )
}

/** What the token route said: a token, or why there is none. */
export interface TokenAnswer {
  readonly status: number
  readonly code?: string
  readonly accessToken?: string
  readonly userId?: string
  /** In milliseconds since 1970. */
  readonly endsAt?: number
}

/** The access token that the page's browser gets from its web server. */
export async function tokenInPage(page: Page, path = '/api/auth/token'): Promise<TokenAnswer> {
  const headers = { 'X-Countersign': '1' }
  const [answer] = await fetchInPage(page, [{ path, method: 'POST', headers }])
  if (answer?.status !== 200) return { status: answer?.status ?? 0, code: codeOf(answer?.text) }
  const { accessToken, user } = JSON.parse(answer.text) as {
    accessToken: string
    user: { id: string }
  }
  return { status: 200, accessToken, userId: user.id, endsAt: endOf(accessToken) }
}

/** What a page has in the places that every script of its origin can read. */
export function keptByThePage(page: Page) {
  return page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    return {
      cookie: document.cookie,
      storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, window.name]),
      other: [...databases, ...(await caches.keys())],
    }
  })
}

function codeOf(text = '{}'): string {
  return String((JSON.parse(text) as { code?: unknown }).code)
}

function endOf(accessToken: string): number {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(payload) as { exp: number }).exp * 1000
}
