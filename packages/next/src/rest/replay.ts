import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from '../auth-server.js'
import type { Backend, RefreshOutcome } from '../backend.js'
import { isRenewable, parseSession, type SealedSession } from '../sealed-session.js'
import { parseObject } from '../shape.js'
import { type ReplayCipher, replayCipher } from './replay-cipher.js'
import type { ReplayStore, Take } from './replay-store.js'
import { within } from './within.js'

/** How long an answer is kept. Seconds. */
const KEEP_SECONDS = 60
/** The part of a caller's wait that the store may take for one step. */
const STORE_SHARE = 1 / 5
const POLL_MS = 40
/** Most kept answers that are followed one after the other. */
const MAX_STEPS = 32

export interface ReplayOptions {
  readonly store: ReplayStore
  /** How long one caller may hold a lease: longer than the refresh itself can take. Seconds. */
  readonly leaseSeconds: number
  /** Longest wait of one caller, for the backend or for another caller's answer. Seconds. */
  readonly waitSeconds: number
  /** The clock of the sessions. Seconds since 1970. */
  readonly now: () => number
  readonly logger: { readonly warn: (message: string) => void }
}

const UNAVAILABLE: RefreshOutcome = { kind: 'unavailable', retryAfterSeconds: undefined }

/**
 * A refresh that presents each token once, for a backend that takes a second time for theft. One
 * caller has a lease, the others get its answer, which is kept for 60 s. Only a new refresh token is
 * kept: after anything else the next caller asks for itself.
 *
 * A caller who waited long enough gives up and keeps the session; the refresh goes on, and its answer
 * is there for the next one. Without its store nothing is presented: a second instance could do the
 * same, and that would end the session.
 */
export function replayed(refresh: Backend['refresh'], options: ReplayOptions): Backend['refresh'] {
  const renew = async (
    session: SealedSession,
    caller: Caller,
    steps = 0,
  ): Promise<RefreshOutcome> => {
    if (!isRenewable(session, options.now())) return refresh(session, caller)
    const lease = { cipher: replayCipher(session.refreshToken), holder: randomUUID(), options }
    const turn = await turnOf(lease)
    if (turn?.kind === 'kept') {
      const next = readAnswer(lease.cipher.open(turn.answer), session)
      // Where tokens live shorter than answers are kept, the next one may be over as well.
      const isOver = next && next.accessExpiresAt - options.now() < 1 && steps < MAX_STEPS
      if (isOver) return renew(next, caller, steps + 1)
      return next ? { kind: 'renewed', session: next } : UNAVAILABLE
    }
    if (turn?.kind !== 'taken') return UNAVAILABLE
    const flight = refresh(session, caller).then(async (outcome) => {
      await settle(outcome, { lease, session })
      return outcome
    })
    return within(flight, options.waitSeconds, UNAVAILABLE)
  }
  return (session, caller) => renew(session, caller)
}

interface Lease {
  readonly cipher: ReplayCipher
  readonly holder: string
  readonly options: ReplayOptions
}

/** Waits for the answer or for the lease. Undefined if the store does not answer. */
async function turnOf(lease: Lease): Promise<Take | undefined> {
  const deadline = performance.now() + lease.options.waitSeconds * 1000
  let turn = await take(lease)
  while (turn?.kind === 'busy' && performance.now() < deadline) {
    await sleep(POLL_MS)
    turn = await take(lease)
  }
  return turn
}

/** A lease that comes too late is given back: nobody waits for it any more. */
async function take({ cipher, holder, options }: Lease): Promise<Take | undefined> {
  const { store, leaseSeconds: seconds } = options
  const asked = store.take(cipher.name, { holder, seconds }).catch(() => undefined)
  const turn = await within(asked, options.waitSeconds * STORE_SHARE, undefined)
  if (turn) return turn
  options.logger.warn('countersign: the replay store did not answer, no session is refreshed')
  void asked.then((late) => {
    if (late?.kind === 'taken') store.release(cipher.name, holder).catch(() => {})
  })
  return undefined
}

function readAnswer(text: string | null, { user }: SealedSession): SealedSession | null {
  const session = text === null ? null : parseSession(parseObject(text))
  return session?.user.id === user.id ? session : null
}

/** The next generation is worth keeping; a store that is away is tried again while it is. */
async function settle(
  outcome: RefreshOutcome,
  { lease, session }: { lease: Lease; session: SealedSession },
): Promise<void> {
  const { cipher, holder, options } = lease
  const { store, waitSeconds, logger } = options
  const isNext = outcome.kind === 'renewed' && outcome.session.refreshToken !== session.refreshToken
  const answer = isNext ? cipher.close(JSON.stringify(outcome.session)) : undefined
  const write = () =>
    answer === undefined
      ? store.release(cipher.name, holder)
      : store.keep(cipher.name, { answer, seconds: KEEP_SECONDS })
  const seconds = waitSeconds * STORE_SHARE
  if (await attempt(write, seconds)) return
  logger.warn('countersign: the replay store did not take an answer')
  if (isNext) void keepTrying(write, seconds)
}

function attempt(write: () => Promise<void>, seconds: number): Promise<boolean> {
  const written = write().then(
    () => true,
    () => false,
  )
  return within(written, seconds, false)
}

async function keepTrying(write: () => Promise<void>, seconds: number): Promise<void> {
  const deadline = performance.now() + KEEP_SECONDS * 1000
  while (performance.now() < deadline) {
    await sleep(250, undefined, { ref: false })
    if (await attempt(write, seconds)) return
  }
}
