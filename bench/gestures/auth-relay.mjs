import { createServer, request as httpRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { USER_AGENT_HEADER } from '@countersign/core'
import { listenOnLoopback } from './loopback.mjs'

const USER_AGENT = USER_AGENT_HEADER.toLowerCase()

/**
 * A reverse proxy before the auth server. It counts the refreshes of every user (told apart by the
 * user agent that the web server passes on) and holds their answers back for `latencyMs`, so that
 * both sides of the comparison have an equally distant backend.
 * @param {{ port: number, latencyMs: number }} options The port of the auth server
 */
export async function startAuthRelay({ port, latencyMs }) {
  /** @type {Map<string, number>} */
  const refreshes = new Map()

  const server = createServer(async (request, response) => {
    const isRefresh = request.method === 'POST' && request.url === '/api/auth/refresh'
    if (isRefresh) {
      const user = String(request.headers[USER_AGENT])
      refreshes.set(user, (refreshes.get(user) ?? 0) + 1)
    }
    try {
      const answer = await forward(request, port)
      if (isRefresh) await delay(latencyMs)
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    } catch {
      response.writeHead(502).end()
    }
  })
  const { port: ownPort, close } = await listenOnLoopback(server)
  return {
    url: `http://localhost:${ownPort}`,
    /** @param {string} user */
    refreshesOf: (user) => refreshes.get(user) ?? 0,
    close,
  }
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {number} port
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function forward(incoming, port) {
  const { method, url: path, headers } = incoming
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', agent: false, port, method, path, headers })
    outgoing.once('response', resolve).once('error', reject)
    incoming.pipe(outgoing)
  })
}
