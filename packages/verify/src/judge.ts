/**
 * Whether a token is valid, by its keys and rules alone; what was judged once is remembered.
 * @module
 */
import {
  type AccessTokenClaims,
  type Identity,
  identityFromClaims,
  TokenError,
} from '@countersign/core'
import type { Lanes } from './lanes.js'
import type { Settings } from './options.js'
import type { TokenCache } from './token-cache.js'
import { VerifierError } from './verifier-error.js'

export interface Judge {
  /** The identity of a token that was judged before and is still valid. */
  remembered(token: string): Identity | undefined
  /** @throws TokenError; VerifierError if the keys cannot be had */
  judge(token: string): Promise<Identity>
  /** The same with the keys at hand, however old. */
  judgeSync(token: string): Identity
  /** The same, but VerifierError where `judge` would wait for a refresh of keys. */
  judgeAtOnce(token: string): Identity
}

export interface JudgeOptions {
  readonly settings: Pick<Settings, 'now' | 'warn'>
  readonly lanes: Lanes
  readonly cache: TokenCache | undefined
}

export function createJudge({ settings, lanes, cache }: JudgeOptions): Judge {
  const { now, warn } = settings

  function accept(token: string, claims: AccessTokenClaims): Identity {
    const identity = identityFromClaims(claims)
    cache?.set(token, identity)
    return identity
  }

  function refuse(error: unknown): never {
    if (error instanceof TokenError && error.code === 'key_mismatch') {
      warn({ code: 'key_mismatch', message: error.message })
    }
    throw error
  }

  function judgeSync(token: string): Identity {
    try {
      return accept(token, lanes.verifySync(token))
    } catch (error) {
      return refuse(error)
    }
  }

  return {
    remembered(token) {
      lanes.expire()
      return cache?.get(token, now())
    },
    async judge(token) {
      return accept(token, await lanes.verify(token).catch(refuse))
    },
    judgeSync,
    judgeAtOnce(token) {
      if (lanes.overdue()) throw new VerifierError('the keys are being refreshed', 1)
      return judgeSync(token)
    },
  }
}
