import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { createCookieJar } from './cookie-jar.mjs'

const REQUEST_TIMEOUT_MS = 15_000
const MAX_REDIRECTS = 5

/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, text: string }} Answer */
/** @typedef {{ headers?: Record<string, string>, body?: string, lost?: boolean }} Options */

/**
 * What a browser does with cookies, for one user: every request carries those of that moment, every
 * response changes them when it arrives, and requests of several tabs run side by side.
 * @param {{ user: string, origin: string, ports: readonly number[] }} options Requests go to the
 * ports (instances of one application on 127.0.0.1) in turn
 */
export function createBrowser({ user, origin, ports }) {
  const jar = createCookieJar()
  let turn = 0

  /**
   * @param {string} method
   * @param {string} path
   * @param {Options} [options] `lost`: the response never arrives
   * @returns {Promise<Answer>}
   */
  async function send(method, path, { headers = {}, body, lost = false } = {}) {
    const cookie = jar.header()
    const target = { port: ports[turn++ % ports.length], method, path }
    const sent = {
      Host: new URL(origin).host,
      'User-Agent': user,
      ...(method === 'GET' ? {} : { Origin: origin }),
      ...(cookie ? { Cookie: cookie } : {}),
      ...headers,
    }
    const response = await request({ ...target, headers: sent }, body)
    if (!lost) jar.store(response.headers['set-cookie'] ?? [])
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: await textOf(response),
    }
  }

  return {
    user,
    send,
    /** Opens a page, with the redirects it leads through. @param {string} path */
    async visit(path) {
      let answer = await send('GET', path)
      for (let hops = 0; answer.headers.location && hops < MAX_REDIRECTS; hops += 1) {
        const { pathname, search } = new URL(answer.headers.location, origin)
        answer = await send('GET', pathname + search)
      }
      return answer
    },
    /** What `<Link>` does when it comes into view. @param {string} path */
    prefetch: (path) => send('GET', `${path}?_rsc=${PREFETCH_HASH}`, { headers: PREFETCH_HEADERS }),
    /** A POST of `fetch` with a JSON body. @param {string} path @param {unknown} body */
    post: (path, body, options = {}) =>
      send('POST', path, {
        ...options,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}

/** @typedef {ReturnType<typeof createBrowser>} Browser */

const PREFETCH_HEADERS = { RSC: '1', 'Next-Router-Prefetch': '1' }

/** Next 16 redirects RSC requests whose query is not this hash of their four router headers. */
const PREFETCH_HASH = createHash('sha256')
  .update('1,0,0,0')
  .digest()
  .subarray(0, 12)
  .toString('base64url')

/**
 * Resolves when the headers of the response are there.
 * @param {import('node:http').RequestOptions} target
 * @param {string | undefined} body
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function request(target, body) {
  return new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    const options = { host: '127.0.0.1', agent: false, signal: timeout, ...target }
    httpRequest(options, resolve).once('error', reject).end(body)
  })
}

/** @param {import('node:http').IncomingMessage} response */
async function textOf(response) {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return text
}
