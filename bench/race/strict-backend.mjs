import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * A strict backend on a free port: POST /login, POST /refresh, GET /me. A refresh is decided at once
 * and answered `latencyMs` later.
 * @param {{ accessSeconds: number, latencyMs: number }} options
 */
export async function startBackend({ accessSeconds, latencyMs }) {
  const tokens = createTokens({ accessSeconds })
  /** @type {Map<string, number[]>} */
  const refreshes = new Map()
  /** @type {Set<string>} */
  const failing = new Set()
  let isDown = false

  /** @type {Record<string, (input: Input) => unknown>} */
  const routes = {
    'POST /login': ({ body }) => tokens.signIn(body.email),
    'POST /refresh': async ({ body: { refreshToken } }) => {
      const user = tokens.ownerOf(refreshToken) ?? 'unknown'
      refreshes.set(user, [...(refreshes.get(user) ?? []), Date.now()])
      if (failing.has(user)) throw new Error('fails as it was told to')
      const answer = tokens.refresh(refreshToken)
      await delay(latencyMs)
      return answer
    },
    'GET /me': ({ bearer }) => {
      const user = tokens.userOf(bearer)
      return user && { user }
    },
  }

  const server = createServer(async (request, response) => {
    if (isDown) return request.socket.destroy()
    const route = routes[`${request.method} ${request.url}`]
    try {
      const answer = route ? await route(await inputOf(request)) : null
      response.writeHead(answer ? 200 : 401, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(answer))
    } catch {
      response.writeHead(500).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** When refreshes of this user came. @param {string} user */
    refreshesOf: (user) => refreshes.get(user) ?? [],
    /** @param {string} user @param {boolean} isFailing */
    failFor: (user, isFailing) => {
      if (isFailing) failing.add(user)
      else failing.delete(user)
    },
    /** Answers nobody for a while; what it knows is in a database. @param {number} milliseconds */
    async restart(milliseconds) {
      isDown = true
      server.closeAllConnections()
      await delay(milliseconds)
      isDown = false
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

/**
 * The sessions of a strict backend: every refresh token works once, and a second use of one ends
 * all tokens of that sign-in (RFC 9700 section 4.14.2 read literally).
 * @param {{ accessSeconds: number, now?: () => number }} options `now` in seconds
 */
function createTokens({ accessSeconds, now = () => Date.now() / 1000 }) {
  /** @typedef {{ user: string, ended: boolean }} Family */
  /** @type {Map<string, { family: Family, used: boolean }>} */
  const refreshTokens = new Map()
  /** @type {Map<string, { family: Family, expiresAt: number }>} */
  const accessTokens = new Map()

  /** @param {Family} family */
  function issue(family) {
    const [accessToken, refreshToken] = [newToken(), newToken()]
    accessTokens.set(accessToken, { family, expiresAt: now() + accessSeconds })
    refreshTokens.set(refreshToken, { family, used: false })
    return { accessToken, refreshToken, expiresIn: accessSeconds }
  }

  return {
    /** @param {string} user */
    signIn: (user) => issue({ user, ended: false }),
    /** The next tokens, or null. Decides at once. @param {string} token */
    refresh(token) {
      const found = refreshTokens.get(token)
      if (!found) return null
      if (found.used) found.family.ended = true
      found.used = true
      return found.family.ended ? null : issue(found.family)
    },
    /** Whom an access token belongs to, or null. @param {string} token */
    userOf(token) {
      const found = accessTokens.get(token)
      if (!found || found.family.ended || found.expiresAt <= now()) return null
      return found.family.user
    },
    /** Whose refresh token this is or was. @param {string} token */
    ownerOf: (token) => refreshTokens.get(token)?.family.user,
  }
}

const newToken = () => randomBytes(16).toString('base64url')

/** @typedef {{ body: any, bearer: string }} Input */

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Input>}
 */
async function inputOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
  return { body: text === '' ? {} : JSON.parse(text), bearer }
}
