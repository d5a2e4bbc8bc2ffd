/**
 * Who is refused until when. Entries end by the verifier's own clock, counted from their arrival.
 * @module
 */
import type { Revocation } from './revocation-event.js'

/** What a token says about itself. */
export interface Holder {
  readonly sub: string
  readonly sid: string
  readonly ver: number
}

export interface DenyList {
  readonly size: number
  denies(holder: Holder): boolean
  /** @throws Error if there would be more entries than there may be; none is dropped in silence */
  add(revocations: readonly Revocation[]): void
  /** Forgets all others. Throws as `add` does, and forgets none then. */
  replace(revocations: readonly Revocation[]): void
  /** Drops entries that have ended. */
  prune(): void
}

export interface DenyListOptions {
  /** How long a revoked token may still live. */
  readonly keepSeconds: number
  readonly now: () => number
  readonly maxEntries: number
}

interface Version {
  readonly ver: number
  readonly until: number
}

/**
 * Both maps are in the order in which entries end, because all are kept equally long and one that
 * comes again moves to the end. So pruning looks at those that have ended and one more.
 */
export function createDenyList({ keepSeconds, now, maxEntries }: DenyListOptions): DenyList {
  const sessions = new Map<string, number>()
  const users = new Map<string, Version>()

  function addOne(revocation: Revocation, until: number): void {
    if ('sid' in revocation) {
      sessions.delete(revocation.sid)
      sessions.set(revocation.sid, until)
      return
    }
    const ver = Math.max(revocation.ver, users.get(revocation.sub)?.ver ?? 0)
    users.delete(revocation.sub)
    users.set(revocation.sub, { ver, until })
  }

  function addAll(revocations: readonly Revocation[], room: number): void {
    assertRoom(revocations, room)
    const until = now() + keepSeconds
    for (const revocation of revocations) addOne(revocation, until)
  }

  function prune(): void {
    const time = now()
    dropWhile(sessions, (until) => until <= time)
    dropWhile(users, ({ until }) => until <= time)
  }

  return {
    get size() {
      return sessions.size + users.size
    },
    denies({ sub, sid, ver }) {
      if (sessions.size > 0) {
        const until = sessions.get(sid)
        if (until !== undefined && until > now()) return true
      }
      if (users.size === 0) return false
      const user = users.get(sub)
      return user !== undefined && ver < user.ver && user.until > now()
    },
    add(revocations) {
      prune()
      addAll(revocations, maxEntries - sessions.size - users.size)
    },
    replace(revocations) {
      assertRoom(revocations, maxEntries)
      sessions.clear()
      users.clear()
      addAll(revocations, maxEntries)
    },
    prune,
  }
}

function assertRoom(revocations: readonly Revocation[], room: number): void {
  if (revocations.length > room) throw new Error('the feed tells of too many revocations')
}

function dropWhile<T>(map: Map<string, T>, hasEnded: (value: T) => boolean): void {
  for (const [key, value] of map) {
    if (!hasEnded(value)) return
    map.delete(key)
  }
}
