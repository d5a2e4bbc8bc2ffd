/**
 * A `fetch` for the feed. The one of Node keeps the process alive as long as an answer is under way,
 * and the answer of the feed never ends.
 * @module
 */
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import type { Fetch } from './options.js'

type Body = NonNullable<ConstructorParameters<typeof Response>[0]>

const WITHOUT_BODY = [204, 205, 304]

/** Asks by GET without following redirects, over a connection that keeps no process alive. */
export const quietFetch: Fetch = (url, { headers, signal }) =>
  new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    request(url, {
      agent: false,
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal ? { signal } : {}),
    })
      .once('socket', (socket) => socket.unref())
      .once('response', (message) => resolve(responseOf(message)))
      .once('error', reject)
      .end()
  })

function responseOf(message: IncomingMessage): Response {
  const status = message.statusCode ?? 500
  const headers = new Headers()
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, String(value))
  const body = WITHOUT_BODY.includes(status) ? null : (Readable.toWeb(message) as Body)
  return new Response(body, { status, headers })
}
