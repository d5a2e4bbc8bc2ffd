import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { describeError } from '../http/answer-error.js'
import type { Messenger } from './messenger.js'
import { LATEST_COMMIT_SECONDS } from './revocation-log.js'
import { READ, type RevocationRow } from './revocation-rows.js'

/** Milliseconds between two looks at the table, where messages are heard and where they are not. */
const POLL_MS = { heard: 2_000, unheard: 500 } as const
/** A message means that something was just written; how far a look then goes back, in seconds. */
const FRESH_SECONDS = 5

export interface WatchOptions {
  readonly database: Database
  readonly messenger: Messenger
  readonly log: Logger
  /** Told of rows after every look, among them many that it was told of before. */
  readonly onRows: (rows: readonly RevocationRow[]) => void
}

export interface Watch {
  /** Looks at the table soon. */
  wake(): void
  /** Waits for a look that began after the call; all who call at the same time share it. */
  look(): Promise<void>
  /** Seconds since the last look that succeeded. */
  blindSeconds(): number
  stop(): Promise<void>
}

/** Rows that are read again are older than what was read before. */
export function newestId(rows: readonly RevocationRow[], known: string): string {
  const newest = rows.at(-1)?.id ?? '0'
  return Number(newest) > Number(known) ? newest : known
}

/**
 * Tails the table from an id on: at every message, and now and then without one. A look goes back
 * some seconds, since ids become visible in the order of commits.
 */
export function watchRevocations(options: WatchOptions, from: string): Watch {
  const { database, messenger, log, onRows } = options
  let last = from
  let lookedAt = performance.now()
  let wanted = 0
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let heard = false
  let failing = false
  let stopped = false

  const blindSeconds = () => (performance.now() - lookedAt) / 1000

  const look = async (): Promise<void> => {
    const began = performance.now()
    const values = [last, wanted + blindSeconds()]
    wanted = 0
    const rows = await database.query<RevocationRow>({
      name: 'countersign_revocations',
      text: READ,
      values,
    })
    if (stopped) return
    last = newestId(rows, last)
    lookedAt = began
    onRows(rows)
  }

  /** One look at a time; who comes during one gets another. */
  const lookBack = (seconds: number): Promise<void> => {
    wanted = Math.max(wanted, seconds)
    running ??= lookWhileWanted().finally(() => {
      running = undefined
    })
    return running
  }

  const lookWhileWanted = async (): Promise<void> => {
    while (wanted > 0 && !stopped) await look()
    failing = false
  }

  const complain = (error: unknown): void => {
    if (!failing && !stopped) {
      log.warn({ error: describeError(error) }, 'the revocation feed cannot read its table')
    }
    failing = true
  }

  const schedule = (): void => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(poll, POLL_MS[heard ? 'heard' : 'unheard']).unref()
  }
  const poll = (): void => void lookBack(LATEST_COMMIT_SECONDS).catch(complain).then(schedule)
  const wake = (): void => void lookBack(FRESH_SECONDS).catch(complain)

  schedule()
  const deafen = messenger.listen({
    connected: () => void messenger.probe().catch(() => {}),
    heard: () => {
      heard = true
      wake()
    },
    lost: () => {
      heard = false
      schedule()
    },
  })

  return {
    wake,
    look: () => lookBack(FRESH_SECONDS),
    blindSeconds,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await deafen()
    },
  }
}
