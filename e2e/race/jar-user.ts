import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { createCookieJar } from './cookie-jar.js'
import type { Sent, User } from './user.js'

const REQUEST_TIMEOUT_MS = 30_000

/**
 * What a browser does with cookies, without its scripts: every request carries those of that moment,
 * every response changes them when it arrives, and requests of several tabs run side by side.
 */
export function createJarUser({ name, origin }: { name: string; origin: string }): User {
  const jar = createCookieJar()
  return {
    name,
    async send({ url, method = 'GET', headers = {}, body, lost = false }: Sent) {
      const cookie = jar.header()
      const sent = {
        'User-Agent': name,
        ...(method === 'GET' ? {} : { Origin: origin }),
        ...(cookie ? { Cookie: cookie } : {}),
        ...headers,
      }
      const response = await request(new URL(url, origin), { method, headers: sent }, body)
      if (!lost) jar.store(response.headers['set-cookie'] ?? [])
      const { statusCode: status = 0, headers: answered } = response
      return { status, location: answered.location ?? '', text: await text(response) }
    },
    close: async () => {},
  }
}

/** Resolves when the headers of the response are there. */
function request(
  { port, pathname, search, host }: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  const headers = { ...(options.headers as Record<string, string>), Host: host }
  const target = { host: '127.0.0.1', port, path: pathname + search, agent: false as const }
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  return new Promise((resolve, reject) => {
    httpRequest({ ...options, ...target, headers, signal }, resolve)
      .once('error', reject)
      .end(body)
  })
}
