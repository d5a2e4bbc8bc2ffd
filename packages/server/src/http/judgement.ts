import type { Logger } from 'pino'
import type { Judgement, Outcome, RotationRow } from '../sessions/session-rows.js'
import { ProblemError } from './problem-error.js'

/** Seconds a client waits that is ahead of a database which lost writes. */
export const AHEAD_RETRY_SECONDS = 30

/** What an operator should hear of, and how loudly. */
const LOGGED: Partial<Record<Outcome, 'info' | 'warn' | 'error'>> = {
  rotate: 'info',
  recover: 'warn',
  recovery_expired: 'warn',
  reuse: 'error',
  ahead: 'error',
  fast_forward: 'error',
  wrong_client: 'warn',
}

export interface LiveSession {
  readonly row: RotationRow
  readonly refreshToken: string
  /** For a device that signed in just now, to be known again. */
  readonly deviceToken?: string
}

/**
 * The session that a judgement lets in.
 * @throws ProblemError `refresh_invalid`, `session_ended`, `refresh_reused`: over for good;
 *   `service_unavailable`, `invalid_client`: the session lives on
 */
export function admit(judgement: Judgement, log: Logger): LiveSession {
  if (judgement.outcome === 'unknown') throw new ProblemError('refresh_invalid')
  const { outcome, row, refreshToken } = judgement
  report(outcome, row, log)
  switch (outcome) {
    case 'wrong_client':
      throw new ProblemError('invalid_client', { detail: 'the session belongs to another client' })
    case 'ended':
      throw ended(row.ended_because ?? 'revoked')
    case 'recovery_expired':
      throw ended('recovery_expired')
    case 'reuse':
      throw new ProblemError('refresh_reused', { extensions: { reason: 'refresh_reuse' } })
    case 'ahead':
      throw new ProblemError('service_unavailable', { retryAfterSeconds: AHEAD_RETRY_SECONDS })
    default:
      return { row, refreshToken }
  }
}

function ended(reason: string): ProblemError {
  return new ProblemError('session_ended', { extensions: { reason } })
}

function report(outcome: Outcome, row: RotationRow, log: Logger): void {
  const level = LOGGED[outcome]
  if (!level) return
  const { id: session, user_id: user, gen } = row
  log[level]({ event: `refresh.${outcome}`, session, user, gen }, `refresh ${outcome}`)
}
