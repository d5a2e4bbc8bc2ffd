import { createHmac } from 'node:crypto'
import { deriveKey, type RootSecret } from '@countersign/core'
import type { OneTimeValues } from '../one-time/one-time-values.js'

const PURPOSE = 'social_state'
const KEY_INFO = 'countersign/social/v1'

/** How long somebody may take at a provider. */
export const PENDING_SECONDS = 600

/** A session that a browser had before. */
export interface FormerSession {
  readonly sessionId: string
  readonly userId: string
}

/** A sign-in that went to a provider and has not come back. It holds no secret. */
export interface PendingSignIn {
  readonly provider: string
  /** Where the browser goes in the end: an address of a trusted origin. */
  readonly returnTo: string
  /** The client that began it. */
  readonly clientId: string
  readonly remember: boolean
  /** S256 of what only the web server that began it knows; it gets a code. */
  readonly codeChallenge?: string
  /** Hash of the cookie of the browser that began it; it gets a session. */
  readonly browser?: string
  /** The session that the browser had, which the new one replaces. */
  readonly former?: FormerSession
}

/** What goes to the provider, and what of it comes back. */
export interface SignInSecrets {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Sign-ins at providers, each of which comes back once. */
export type PendingSignIns = ReturnType<typeof createPendingSignIns>

/**
 * Nonce and verifier are derived from the state, of which the database has only a hash: what it
 * holds helps nobody to finish a sign-in.
 */
export function createPendingSignIns(oneTime: OneTimeValues, secrets: readonly RootSecret[]) {
  const secretsOf = (state: string, version: number): SignInSecrets | undefined => {
    const secret = secrets.find((one) => one.version === version)
    if (!secret) return undefined
    const key = deriveKey(secret, KEY_INFO)
    const derive = (purpose: string) =>
      createHmac('sha256', key).update(`${purpose} ${state}`).digest('base64url')
    return { state, nonce: derive('nonce'), codeVerifier: derive('verifier') }
  }

  return {
    async begin(pending: PendingSignIn): Promise<SignInSecrets> {
      const version = secrets[0]?.version ?? 0
      const payload = { ...pending, version }
      const state = await oneTime.issue(PURPOSE, { payload, seconds: PENDING_SECONDS })
      const found = secretsOf(state, version)
      if (!found) throw new TypeError('at least one root secret is needed')
      return found
    },

    /** `undefined` for a state that is unknown, expired, used, or older than the secrets we have. */
    async finish(
      state: string,
    ): Promise<{ pending: PendingSignIn; secrets: SignInSecrets } | undefined> {
      const grant = await oneTime.take<PendingSignIn & { version: number }>(PURPOSE, state)
      const found = grant && secretsOf(state, grant.payload.version)
      return found && { pending: grant.payload, secrets: found }
    },
  }
}
