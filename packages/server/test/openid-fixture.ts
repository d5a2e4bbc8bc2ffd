import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** A client of the provider, as our server is one. */
export const AT_PROVIDER = {
  clientId: 'countersign',
  clientSecret: 'the-secret-at-the-provider',
} as const

/** How a provider may go wrong, or simply differ. */
interface Behaviour {
  /** Changes the claims of the next ID tokens; `undefined` leaves one out. */
  claims: Record<string, unknown>
  /** What is at the userinfo endpoint. */
  userinfo: Record<string, unknown>
  /** Another status of the token endpoint. */
  tokenStatus: number
  /** Signs with a key that is not in the key set. */
  foreignKey: boolean
}

const STANDARD: Behaviour = { claims: {}, userinfo: {}, tokenStatus: 200, foreignKey: false }

/**
 * An OpenID provider that does as it is told, also what no provider should. Its people are the
 * claims that a test gives to `authorize`; codes are good once, with their verifier.
 */
export async function openidFixture() {
  const [ours, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, { claims: JWTPayload; challenge: string }>()
  const behaviour = { ...STANDARD }
  const asked: string[] = []
  let issuer = ''

  const redeem = async (form: URLSearchParams): Promise<object | undefined> => {
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const made = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || made !== code.challenge) return undefined
    const claims = { ...code.claims, ...behaviour.claims }
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign((behaviour.foreignKey ? foreign : ours).privateKey)
    return { access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: token }
  }

  const answer = async (path: string, form: URLSearchParams): Promise<[number, object]> => {
    asked.push(path)
    switch (path) {
      case '/.well-known/openid-configuration':
        return [200, metadataOf(issuer)]
      case '/jwks':
        return [200, { keys: [jwk] }]
      case '/userinfo':
        return [200, behaviour.userinfo]
      case '/token': {
        if (behaviour.tokenStatus !== 200) return [behaviour.tokenStatus, { error: 'server_error' }]
        const tokens = await redeem(form)
        return tokens ? [200, tokens] : [400, { error: 'invalid_grant' }]
      }
      default:
        return [404, {}]
    }
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const [status, body] = await answer(request.url ?? '', form)
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    issuer,
    /** Paths that were asked for. */
    asked,
    behave: (changed: Partial<Behaviour> = {}) => void Object.assign(behaviour, STANDARD, changed),
    /** The query with which a browser comes back from an authorization URL, as this person. */
    authorize(url: string, claims: JWTPayload): URLSearchParams {
      const { searchParams: asks } = new URL(url)
      const code = createHash('sha256').update(url).digest('hex')
      const now = Math.floor(Date.now() / 1000)
      const standard = { iss: issuer, aud: AT_PROVIDER.clientId, iat: now, exp: now + 60 }
      codes.set(code, {
        claims: { ...standard, nonce: asks.get('nonce'), ...claims },
        challenge: asks.get('code_challenge') ?? '',
      })
      return new URLSearchParams({ code, state: asks.get('state') ?? '', iss: issuer })
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function metadataOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
  }
}
