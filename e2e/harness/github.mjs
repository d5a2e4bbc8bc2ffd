/**
 * As much of GitHub as a sign-in sees, at the paths of GitHub Enterprise Server: OAuth 2.0 without
 * OpenID, errors of the token endpoint with status 200, addresses in a list of their own.
 *
 *   GITHUB='{"port":…,"clients":[{"clientId":…,"clientSecret":…,"redirectUris":[…]}],"users":[…]}'
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { readFormOf, showAccountForm } from './account-form.mjs'

const { port, clients, users } = JSON.parse(process.env.GITHUB ?? '{}')
const codes = new Map()
const tokens = new Map()

const ROUTES = {
  'GET /login/oauth/authorize': (_, response) => showAccountForm(response, 'GitHub'),
  'POST /login/oauth/authorize': authorize,
  'POST /login/oauth/access_token': exchange,
  'GET /api/v3/user': (request, response) => {
    const { id, login, name, image } = userOf(request)
    json(response, 200, { id: Number(id), login, name, email: null, avatar_url: image })
  },
  'GET /api/v3/user/emails': (request, response) => json(response, 200, userOf(request).emails),
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const route = ROUTES[`${request.method} ${pathname}`]
  Promise.resolve()
    .then(() => (route ? route(request, response) : json(response, 404, { message: 'Not Found' })))
    .catch((error) => json(response, error.status ?? 500, { message: error.message }))
})
server.listen(port, '127.0.0.1')
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})

async function authorize(request, response) {
  const asked = new URL(request.url, 'http://localhost').searchParams
  const { account, act } = await readFormOf(request)
  const client = clients.find(({ clientId }) => clientId === asked.get('client_id'))
  const redirectUri = asked.get('redirect_uri')
  if (!client?.redirectUris.includes(redirectUri)) return json(response, 404, {})
  const back = new URL(redirectUri)
  const user = users.find(({ login }) => login === account)
  if (act === 'allow' && user) {
    const code = randomBytes(10).toString('hex')
    codes.set(code, { user, client, redirectUri, challenge: asked.get('code_challenge') })
    back.searchParams.set('code', code)
  } else back.searchParams.set('error', 'access_denied')
  back.searchParams.set('state', asked.get('state') ?? '')
  response.writeHead(302, { Location: back.href }).end()
}

async function exchange(request, response) {
  const form = await readFormOf(request)
  const code = codes.get(form.code)
  codes.delete(form.code)
  const { clientId, clientSecret } = code?.client ?? {}
  if (!code || form.redirect_uri !== code.redirectUri || !isProof(form.code_verifier, code)) {
    return json(response, 200, { error: 'bad_verification_code' })
  }
  const [id, secret] = credentialOf(request, form)
  if (id !== clientId || secret !== clientSecret) {
    return json(response, 200, { error: 'incorrect_client_credentials' })
  }
  const token = `gho_${randomBytes(18).toString('hex')}`
  tokens.set(token, code.user)
  json(response, 200, { access_token: token, token_type: 'bearer', scope: 'user:email' })
}

/** In the form or by Basic, whose halves are encoded like a form (RFC 6749 section 2.3.1). */
function credentialOf({ headers }, { client_id: id, client_secret: secret }) {
  const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (!basic) return [id, secret]
  const halves = Buffer.from(basic, 'base64').toString().split(':')
  return halves.map((half) => new URLSearchParams(`x=${half}`).get('x'))
}

function isProof(verifier, { challenge }) {
  if (challenge === null) return verifier === undefined
  return createHash('sha256').update(String(verifier)).digest('base64url') === challenge
}

/** The API wants to know which program asks, as GitHub's does. */
function userOf(request) {
  if (!request.headers['user-agent']) throw Object.assign(new Error('User-Agent'), { status: 403 })
  const user = tokens.get(request.headers.authorization?.replace(/^(Bearer|token) /i, ''))
  if (!user) throw Object.assign(new Error('Bad credentials'), { status: 401 })
  return user
}

function json(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
