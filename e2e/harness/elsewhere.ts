import { createServer } from 'node:http'
import type { Page } from 'playwright-core'
import { portOf } from './ports.js'

/** A site of somebody else, with an empty page at every address. */
export interface Elsewhere {
  /** Another origin of the same site as ours: cookies with SameSite=Lax go along. */
  readonly sameSite: string
  /** Another site. */
  readonly crossSite: string
  close(): Promise<void>
}

/** Serves it on the loopback address; `localhost` and `127.0.0.1` are different sites to a browser. */
export async function openElsewhere(): Promise<Elsewhere> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  return {
    sameSite: `http://localhost:${port}`,
    crossSite: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface BlindRequest {
  readonly url: string
  readonly method: string
  readonly mode?: RequestMode
  readonly body?: string
}

/** A request with cookies whose answer the page may not read; whether the browser sent it. */
export function sendBlindly(page: Page, request: BlindRequest): Promise<boolean> {
  return page.evaluate(async ({ url, ...init }) => {
    const options: RequestInit = { mode: 'no-cors', credentials: 'include', ...init }
    return fetch(url, options).then(
      () => true,
      () => false,
    )
  }, request)
}
