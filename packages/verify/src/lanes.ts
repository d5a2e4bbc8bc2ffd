/**
 * Two ways to trust tokens while a system moves from one to the other. Their keys never meet: a
 * token is judged by one way as a whole, and by the other only if it names no key of the first.
 * @module
 */
import { type AccessTokenClaims, TokenError } from '@countersign/core'
import { createLane, type Lane } from './lane.js'
import type { Settings } from './options.js'
import { VerifierError } from './verifier-error.js'

export interface Lanes extends Lane {
  /** To be called before a token is judged, also one from a cache: ends what has to end. */
  expire(): void
}

/** @param onChange called when tokens that were good may not be so any more */
export function createLanes(settings: Settings, onChange: () => void): Lanes {
  const { also, now, warn } = settings
  const first = createLane(settings, settings.trusted, onChange)
  let second = also && createLane(settings, also, onChange)

  function expire(): void {
    if (!also || !second || now() < also.untilSeconds) return
    second = undefined
    onChange()
    warn({ code: 'also_ended', message: 'the time of "also" is over; it can be removed' })
  }

  expire()
  return {
    expire,
    async verify(token) {
      try {
        return await first.verify(token)
      } catch (error) {
        if (!second || !isForOther(error)) throw error
        return second.verify(token).catch((other) => rethrow(error, other))
      }
    },
    verifySync(token) {
      try {
        return first.verifySync(token)
      } catch (error) {
        if (!second || !isForOther(error)) throw error
        return trySecond(second, token, error)
      }
    },
    /** The old way may be gone already while a system starts; its keys are looked for when needed. */
    async ready() {
      await Promise.all([first.ready(), second?.ready().catch(() => {})])
    },
    overdue: () => first.overdue() ?? second?.overdue(),
    keys: () => [...first.keys(), ...(second?.keys() ?? [])],
  }
}

function trySecond(second: Lane, token: string, error: unknown): AccessTokenClaims {
  try {
    return second.verifySync(token)
  } catch (other) {
    return rethrow(error, other)
  }
}

/** Whether a refusal leaves open that the token is good under other keys. */
function isForOther(error: unknown): boolean {
  if (error instanceof VerifierError) return true
  return error instanceof TokenError && (error.rule === 'alg' || error.rule === 'kid')
}

/**
 * The refusal to tell of: the verdict of the way that has the token's key; if none has, that keys
 * are missing; if none are, the refusal of the way that takes the token's algorithm.
 */
function rethrow(first: unknown, second: unknown): never {
  if (!isForOther(second)) throw second
  const missing = [first, second].find((error) => error instanceof VerifierError)
  throw missing ?? (isAlgorithm(first) ? second : first)
}

function isAlgorithm(error: unknown): boolean {
  return error instanceof TokenError && error.rule === 'alg'
}
