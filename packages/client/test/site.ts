import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeToken, user } from './fake-browser.js'

/** A web server with a token route, one session and a page. */
export interface Site {
  readonly origin: string
  /** Questions for a token. */
  asked: number
  /** Other requests, with their `Authorization`. */
  readonly calls: Map<string, string | undefined>
  /** Lifetime of the tokens. Seconds. */
  lifetime: number
  /** Whether there is a session; why not. */
  ended: string | undefined
  /** Answers nothing until this resolves. */
  gate: Promise<void>
  /** Holds every answer back until the function that it returns is called. */
  readonly holdBack: () => () => void
  readonly close: () => Promise<void>
}

/** Serves `pages` by their path, as HTML or, where it ends in `.js`, as a script. */
export async function startSite(pages: Readonly<Record<string, string>>): Promise<Site> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let signIns = 0
  const site: Site = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    asked: 0,
    calls: new Map(),
    lifetime: 900,
    ended: undefined,
    gate: Promise.resolve(),
    holdBack: () => {
      let release = () => {}
      site.gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = String(request.url)
    site.calls.set(path, request.headers.authorization)
    if (request.method === 'GET') return sendPage(response, path)
    request.resume()
    if (path.endsWith('/logout')) {
      site.ended = 'missing_token'
      return void response.writeHead(204).end()
    }
    if (path.endsWith('/token')) site.asked += 1
    else {
      signIns += 1
      site.ended = undefined
    }
    await site.gate
    if (site.ended) return sendJson(response, 401, { code: site.ended })
    return sendJson(response, 200, session(`session-${signIns}`, site.lifetime))
  }

  function sendPage(response: ServerResponse, path: string): void {
    const page = pages[path]
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(page ? 200 : 204, { 'Content-Type': `${type}; charset=utf-8` })
    response.end(page)
  }
  return site
}

function session(sid: string, life: number): object {
  const accessToken = makeToken({ sid, iat: Date.now() / 1000, life })
  return { accessToken, expiresIn: life, user }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
