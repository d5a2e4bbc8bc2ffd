/**
 * For the tests of an API: tokens of your choice, and a verifier that accepts them, without a
 * server and without a network.
 *
 * ```ts
 * const auth = createTestAuth()
 * const app = createApp({ verifier: auth.verifier })
 *
 * await app.request('/admin', { headers: auth.header({ role: 'admin' }) }) // 200
 * await app.request('/admin', { headers: auth.header({ role: 'user' }) })  // 403
 * auth.revoke('test-session')
 * await app.request('/admin', { headers: auth.header({ role: 'admin' }) }) // 401
 * ```
 *
 * Never for production: it refuses to run there. Its key is made anew by each call and known to
 * nobody else, so that no real verifier accepts its tokens.
 * @module
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  currentSeconds,
  type Identity,
  type PublicJwk,
  publicJwk,
  signAccessToken,
  signingKeyFromJwk,
  TokenError,
} from '@countersign/core'
import { pairAtOnce } from './at-once.js'
import type { StalePolicy } from './revocation-options.js'
import { createVerifier, type Verifier, type VerifyOptions } from './verifier.js'
import { VerifierError } from './verifier-error.js'

/** Whom a token speaks for. Everything has a default. */
export interface TestIdentity {
  /** `test-user` by default. */
  readonly userId?: string
  /** `test-user@example.test` by default. */
  readonly email?: string
  /** `user` by default. */
  readonly role?: string
  /** `test-session` by default. */
  readonly sessionId?: string
  /** Another one for each token by default. */
  readonly tokenId?: string
  /** `test-client` by default. */
  readonly clientId?: string
  /** In seconds. Now by default, or 900 s before `expiresAt`. */
  readonly issuedAt?: number
  /** In seconds. 900 s after `issuedAt` by default; lies in the past for an expired token. */
  readonly expiresAt?: number
  /** Claims of your own, or wrong values of ours. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface TestAuthOptions {
  /** `https://auth.test/api/auth` by default. */
  readonly issuer?: string
  /** `test-api` by default. */
  readonly audience?: string
  /** What the verifier does while it is stale; `open` by default. */
  readonly whenStale?: StalePolicy
  /** Current time in seconds. */
  readonly now?: () => number
}

export interface TestAuth {
  readonly issuer: string
  readonly audience: string
  /** The key set, for a verifier of your own. */
  readonly jwks: { readonly keys: readonly PublicJwk[] }
  /** Accepts the tokens that are made here, by every rule of a real one. Its feed is live. */
  readonly verifier: Verifier
  /** A token. */
  token(identity?: TestIdentity): string
  /** A token as the header of a request. */
  header(identity?: TestIdentity): { authorization: string }
  /** Ends a session, at once. */
  revoke(sessionId: string): void
  /** Cuts the feed off. What is revoked meanwhile is only found by introspection. */
  goStale(): void
  goLive(): void
}

/**
 * Makes a key, tokens and the verifier for them.
 * @throws TypeError where NODE_ENV is `production`
 */
export function createTestAuth(options: TestAuthOptions = {}): TestAuth {
  if (process.env.NODE_ENV === 'production') {
    throw new TypeError('createTestAuth is for tests: it accepts tokens that it makes itself')
  }
  const { issuer = 'https://auth.test/api/auth', audience = 'test-api' } = options
  const { whenStale = 'open', now = currentSeconds } = options
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = { ...privateKey.export({ format: 'jwk' }), alg: 'EdDSA' }
  const key = signingKeyFromJwk(jwk)
  const jwks = { keys: [publicJwk(jwk)] }
  const feed = createTestFeed()
  const real = createVerifier({ issuer, audience, algorithms: ['EdDSA'], jwks, now })

  const token = (identity: TestIdentity = {}): string =>
    signAccessToken({ iss: issuer, aud: audience, ...claimsOf(identity, now()) }, key)

  return {
    issuer,
    audience,
    jwks,
    verifier: listeningVerifier(real, feed, whenStale),
    token,
    header: (identity) => ({ authorization: `Bearer ${token(identity)}` }),
    revoke: feed.revoke,
    goStale: feed.goStale,
    goLive: feed.goLive,
  }
}

function claimsOf(identity: TestIdentity, now: number) {
  const { userId = 'test-user', expiresAt } = identity
  const start = expiresAt === undefined ? now : expiresAt - ACCESS_TOKEN_LIFETIME_SECONDS
  const { issuedAt = Math.min(now, start) } = identity
  return {
    sub: userId,
    client_id: identity.clientId ?? 'test-client',
    sid: identity.sessionId ?? 'test-session',
    jti: identity.tokenId ?? randomUUID(),
    iat: issuedAt,
    exp: expiresAt ?? issuedAt + ACCESS_TOKEN_LIFETIME_SECONDS,
    email: identity.email ?? `${userId}@example.test`,
    role: identity.role ?? 'user',
    ver: 1,
    ...identity.claims,
  }
}

type TestFeed = ReturnType<typeof createTestFeed>

/** What the auth server knows, and what of it has reached the verifier. */
function createTestFeed() {
  const ended = new Set<string>()
  let heard = new Set<string>()
  let isLive = true
  return {
    isLive: () => isLive,
    hasEnded: ({ sessionId }: Identity) => ended.has(sessionId),
    hasHeard: ({ sessionId }: Identity) => heard.has(sessionId),
    revoke(sessionId: string): void {
      ended.add(sessionId)
      if (isLive) heard.add(sessionId)
    },
    goStale(): void {
      isLive = false
    },
    goLive(): void {
      isLive = true
      heard = new Set(ended)
    },
  }
}

/** The verifier with the feed, which is heard without a delay. */
function listeningVerifier(real: Verifier, feed: TestFeed, whenStale: StalePolicy): Verifier {
  function admit(identity: Identity, policy: StalePolicy = whenStale): Identity {
    const mayAsk = policy === 'introspect' && !feed.isLive()
    if (feed.hasHeard(identity) || (mayAsk && feed.hasEnded(identity))) {
      throw new TokenError('token_revoked', 'revocation', 'the session was revoked by the test')
    }
    if (policy === 'closed' && !feed.isLive()) throw new VerifierError('the feed is stale', 5)
    return identity
  }
  const verifySync = (token: string, options?: VerifyOptions): Identity =>
    admit(real.verifySync(token), options?.whenStale)
  const verify = async (token: string, options?: VerifyOptions): Promise<Identity> =>
    admit(await real.verify(token), options?.whenStale)

  pairAtOnce(verify, verifySync)
  const status = {
    get state() {
      return feed.isLive() ? ('live' as const) : ('stale' as const)
    },
    get lagMs() {
      return feed.isLive() ? 0 : Number.POSITIVE_INFINITY
    },
  }
  return Object.freeze({ ...real, verify, verifySync, feed: Object.freeze(status) })
}
