#!/usr/bin/env node
// A backend of somebody else's: its own paths, names and errors, and a refresh that takes a second use of a
// token for theft. Nothing of Countersign is in it.
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { createAccounts } from './accounts.mjs'

const { PORT = '8000', HOST = 'localhost', DATA_DIR = 'data', API_KEY = '' } = process.env
const allowedOrigins = (process.env.ALLOWED_ORIGINS ?? '').split(',')
const accounts = createAccounts(resolve(DATA_DIR, 'consultation.json'), {
  accessSeconds: Number(process.env.ACCESS_SECONDS ?? 900),
  refreshSeconds: Number(process.env.REFRESH_SECONDS ?? 7 * 86_400),
})

/** @type {Record<string, (call: { body: any, bearer: string, isTrusted: boolean }) => object>} */
const ROUTES = {
  'POST /auth/register': ({ body }) => accounts.register(body),
  'POST /auth/login': ({ body }) => accounts.login(body),
  'POST /auth/renew': ({ body }) => accounts.renew(body.refresh_token),
  'POST /auth/logout': ({ bearer }) => accounts.logout(bearer),
  'GET /auth/whoami': ({ bearer }) => accounts.whoami(bearer),
  // Only the web server may vouch for somebody.
  'POST /auth/external': ({ body, isTrusted }) => accounts.external(body, isTrusted),
  'GET /api/v1/tasks': ({ bearer }) => accounts.tasks(bearer),
  'POST /api/v1/tasks': ({ bearer, body }) => accounts.addTask(bearer, body),
  'GET /health': () => ({ ok: true }),
}

const server = createServer(async (request, response) => {
  const { origin, authorization = '' } = request.headers
  if (origin && allowedOrigins.includes(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    response.setHeader('Access-Control-Max-Age', '600')
  }
  if (request.method === 'OPTIONS') return send(response, 204)
  const route = ROUTES[`${request.method} ${request.url?.split('?')[0]}`]
  try {
    if (!route) return send(response, 404, { error: { code: 'NO_SUCH_PATH' } })
    const isTrusted = API_KEY !== '' && request.headers['x-api-key'] === API_KEY
    const bearer = authorization.replace(/^Bearer /, '')
    send(response, 200, route({ body: await readJson(request), bearer, isTrusted }))
  } catch (error) {
    const { status = 500, code = 'OOPS', wait } = /** @type {any} */ (error)
    if (wait) response.setHeader('Retry-After', String(wait))
    if (status === 500) process.stderr.write(`${error}\n`)
    send(response, status, { error: { code } })
  }
})
server.listen(Number(PORT), HOST, () => process.stdout.write(`listening on port ${PORT}\n`))
process.on('SIGTERM', () => server.close(() => process.exit()).closeAllConnections())

/** @param {import('node:http').IncomingMessage} request */
async function readJson(request) {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > 65_536)
      throw Object.assign(new Error('too large'), { status: 413, code: 'TOO_LARGE' })
  }
  try {
    return JSON.parse(text || '{}') ?? {}
  } catch {
    throw Object.assign(new Error('no JSON'), { status: 400, code: 'NO_JSON' })
  }
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {object} [body] */
function send(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(body && JSON.stringify(body))
}
