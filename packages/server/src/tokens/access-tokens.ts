import { randomUUID } from 'node:crypto'
import {
  type AccessTokenClaims,
  signAccessToken,
  TokenError,
  verifyAccessToken,
} from '@countersign/core'
import type { KeyRing } from '../keys/key-ring.js'
import type { RotationRow } from '../sessions/session-rows.js'

export interface AccessTokensOptions {
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly lifetimeSeconds: number
  readonly keys: KeyRing
  /** Current time in seconds. */
  readonly now?: () => number
}

export interface IssuedToken {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
}

/** What a token says of its session and user. */
export type TokenRow = Pick<
  RotationRow,
  'id' | 'user_id' | 'client_id' | 'email' | 'role' | 'ver' | 'expires_in'
>

/** Makes and reads the access tokens of this server. */
export type AccessTokens = ReturnType<typeof createAccessTokens>

export function createAccessTokens(options: AccessTokensOptions) {
  const { issuer, audience, lifetimeSeconds, keys } = options
  const now = options.now ?? (() => Math.floor(Date.now() / 1000))
  const ownAudience = typeof audience === 'string' ? audience : (audience[0] ?? '')
  const algorithms = [keys.current.algorithm]

  const verifyWithKnown = (token: string): AccessTokenClaims =>
    verifyAccessToken(token, {
      keys: keys.verification,
      issuer,
      audience: ownAudience,
      algorithms,
      now,
      maxLifetimeSeconds: lifetimeSeconds,
    })

  /**
   * Another server may sign with a key that was made since this one looked last.
   * @throws TokenError for a token that is not ours or not valid any more
   */
  const verify = async (token: string): Promise<AccessTokenClaims> => {
    try {
      return verifyWithKnown(token)
    } catch (error) {
      const isUnknown = error instanceof TokenError && error.code === 'unknown_key'
      if (!isUnknown || !(await keys.lookAgain())) throw error
      return verifyWithKnown(token)
    }
  }

  return {
    /** A token for the session of a row. It never outlives the session. */
    issue(row: TokenRow): IssuedToken {
      const expiresIn = Math.max(1, Math.min(lifetimeSeconds, row.expires_in))
      const iat = now()
      const claims: AccessTokenClaims = {
        iss: issuer,
        aud: audience,
        sub: row.user_id,
        client_id: row.client_id,
        sid: row.id,
        jti: randomUUID(),
        iat,
        exp: iat + expiresIn,
        email: row.email,
        role: row.role,
        ver: row.ver,
      }
      return { accessToken: signAccessToken(claims, keys.current), expiresIn }
    },

    verify,

    /** The claims of a token, or `undefined` where `verify` would throw a TokenError. */
    async read(token: string): Promise<AccessTokenClaims | undefined> {
      try {
        return await verify(token)
      } catch (error) {
        if (error instanceof TokenError) return undefined
        throw error
      }
    },
  }
}
