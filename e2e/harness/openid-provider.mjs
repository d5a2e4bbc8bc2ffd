/**
 * An OpenID provider as a process of its own: `oidc-provider` with people from its configuration and
 * a sign-in page that asks for no password.
 *
 *   OPENID_PROVIDER='{"port":…,"issuer":…,"key":…,"clients":[…],"users":[…],"claimsIn":"id_token"}'
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import { readFormOf, showAccountForm } from './account-form.mjs'

const { port, issuer, key, clients, users, claimsIn } = JSON.parse(
  process.env.OPENID_PROVIDER ?? '{}',
)
const INTERACTION = /^\/interaction\/[\w-]+$/

const provider = new Provider(issuer, {
  clients: clients.map(toClient),
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
  // By the standard, claims of a code flow are at the userinfo endpoint; Google repeats them.
  conformIdTokenClaims: claimsIn !== 'id_token',
  cookies: { keys: [randomBytes(32).toString('hex')] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  jwks: { keys: [{ ...key, kid: 'test', alg: 'RS256', use: 'sig' }] },
  pkce: { required: () => false },
  findAccount: (_, accountId) => ({ accountId, claims: () => claimsOf(accountId) }),
  loadExistingGrant: grantEverything,
})

const answer = provider.callback()
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', issuer)
  if (!INTERACTION.test(pathname)) return answer(request, response)
  interact(request, response).catch((error) => {
    response.statusCode = 500
    response.end(String(error))
  })
})
server.listen(port, '127.0.0.1')
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})

async function interact(request, response) {
  if (request.method !== 'POST') return showAccountForm(response, 'OpenID provider')
  const { account, act } = await readFormOf(request)
  const isKnown = users.some(({ id }) => id === account)
  const refusal = { error: 'access_denied', error_description: 'the person said no' }
  const outcome = act === 'allow' && isKnown ? { login: { accountId: account } } : refusal
  await provider.interactionFinished(request, response, outcome)
}

function claimsOf(accountId) {
  const { id, email, emailVerified, name, image } = users.find((user) => user.id === accountId)
  return { sub: id, email, email_verified: emailVerified, name, picture: image }
}

/** Whoever signs in agrees to everything, so that there is one page and not two. */
async function grantEverything({ oidc }) {
  const { client, session } = oidc
  const grant = new oidc.provider.Grant({
    clientId: client.clientId,
    accountId: session.accountId,
  })
  grant.addOIDCScope('openid email profile')
  await grant.save()
  return grant
}

function toClient({ clientId, clientSecret, redirectUris }) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }
}
