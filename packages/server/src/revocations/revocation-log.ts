import type { RevocationRow } from './revocation-rows.js'
import { securityEvent } from './security-event.js'

/** How long after its number a revocation may become visible, in seconds: statements end sooner. */
export const LATEST_COMMIT_SECONDS = 30

export interface RevocationLogOptions {
  readonly issuer: string
  /** How long tokens live that a revocation may concern, in seconds. */
  readonly keepSeconds: number
  /** Any clock that only goes forward, in seconds. */
  readonly now: () => number
}

/** What a reader learns: everything (`complete`), or what it may have missed since its cursor. */
export interface Told {
  readonly complete: boolean
  /** JSON of the events, separated by commas. */
  readonly events: string
}

interface Entry {
  readonly id: number
  readonly at: number
  readonly seen: number
  /** JSON, made once for all readers. */
  readonly event: string
}

/**
 * The revocations that still matter, in memory.
 *
 * A cursor is `<id>-<count>`: the newest id that was told, and how many of those just before it.
 * Another count means that one of them became visible later, so all of them are told again. This
 * holds between processes and after a restart, since both numbers are the table's.
 */
export function createRevocationLog({ issuer, keepSeconds, now }: RevocationLogOptions) {
  const entries = new Map<number, Entry>()
  let top = 0
  let cursor = '0-0'
  let everything: string | undefined

  /** The id itself and those numbered before it that may have become visible after it. */
  const around = (newest: Entry): Entry[] =>
    [...entries.values()].filter(
      ({ id, at }) => id <= newest.id && at >= newest.at - LATEST_COMMIT_SECONDS * 1000,
    )

  const forget = () => {
    const end = now() - keepSeconds
    for (const { id, seen } of entries.values()) {
      // Entries are in the order in which they were seen.
      if (seen >= end) return
      entries.delete(id)
      everything = undefined
    }
  }

  /** Made once, however many readers begin at the same moment. */
  const all = (): Told => {
    everything ??= join(entries.values())
    return { complete: true, events: everything }
  }

  /** A database that lost writes gives a number to another revocation. */
  const isNew = ({ id, at }: RevocationRow) => entries.get(Number(id))?.at !== at.getTime()

  const enter = (row: RevocationRow): Entry => {
    const id = Number(row.id)
    const event = JSON.stringify(securityEvent(row, issuer))
    const entry = { id, at: row.at.getTime(), seen: now(), event }
    entries.set(id, entry)
    everything = undefined
    return entry
  }

  return {
    /** Where a reader stands that was told everything. */
    cursor: () => cursor,
    /** Begins with the newest id of a table whose rows may all be too old to matter. */
    begin(newest: number): void {
      entries.clear()
      everything = undefined
      top = newest
      cursor = `${newest}-0`
    },

    /** Takes rows in, and gives the events among them that were not there before. */
    add(rows: readonly RevocationRow[]): string[] {
      forget()
      const added = rows.filter(isNew).map(enter)
      if (added.length === 0) return []
      top = added.reduce((most, { id }) => Math.max(most, id), top)
      const newest = entries.get(top)
      cursor = `${top}-${newest ? around(newest).length : 0}`
      return added.map(({ event }) => event)
    },

    /** What a reader must be told that stands at `since`. */
    read(since: string | undefined): Told {
      forget()
      const [, id, count] = /^(\d{1,15})-(\d{1,9})$/.exec(since ?? '') ?? []
      if (id === undefined) return all()
      const newest = entries.get(Number(id))
      const nothing = { complete: false, events: '' }
      if (since === cursor || (Number(id) === top && !newest)) return nothing
      if (!newest) return all()
      const before = around(newest)
      const again = before.length === Number(count) ? new Set<Entry>() : new Set(before)
      const missed = [...entries.values()].filter(
        (entry) => entry.id > newest.id || again.has(entry),
      )
      return { complete: false, events: join(missed) }
    },
  }
}

function join(entries: Iterable<Entry>): string {
  return Array.from(entries, ({ event }) => event).join(',')
}
