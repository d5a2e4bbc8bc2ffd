/** What became of asking for a lease. */
export type Take =
  | { readonly kind: 'taken' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'kept'; readonly answer: string }

/** Leases and kept answers by name. Each operation is one step for everyone who shares the store. */
export interface ReplayStore {
  /** The kept answer, or the lease if nobody has it. It ends by itself. */
  readonly take: (name: string, lease: { holder: string; seconds: number }) => Promise<Take>
  /** Keeps an answer in place of the lease, unless there is one already. */
  readonly keep: (name: string, kept: { answer: string; seconds: number }) => Promise<void>
  /** Gives a lease back, if it is still this holder's. */
  readonly release: (name: string, holder: string) => Promise<void>
}

interface Entry {
  readonly holder?: string
  readonly answer?: string
  readonly endsAt: number
}

/** A store for one instance. `now` in seconds; by default a clock that nobody sets. */
export function memoryReplayStore(now = () => performance.now() / 1000): ReplayStore {
  const entries = new Map<string, Entry>()
  const current = (name: string): Entry | undefined => {
    dropOld(entries, now())
    const entry = entries.get(name)
    return entry && entry.endsAt > now() ? entry : undefined
  }
  const put = (name: string, entry: Entry) => {
    entries.delete(name) // so that the map stays in the order of time
    entries.set(name, entry)
  }
  return {
    take: async (name, { holder, seconds }) => {
      const entry = current(name)
      if (entry?.answer !== undefined) return { kind: 'kept', answer: entry.answer }
      if (entry) return { kind: 'busy' }
      put(name, { holder, endsAt: now() + seconds })
      return { kind: 'taken' }
    },
    keep: async (name, { answer, seconds }) => {
      if (current(name)?.answer === undefined) put(name, { answer, endsAt: now() + seconds })
    },
    release: async (name, holder) => {
      if (current(name)?.holder === holder) entries.delete(name)
    },
  }
}

/** From the oldest on until one is still good: what is behind it follows within its lifetime. */
function dropOld(entries: Map<string, Entry>, now: number): void {
  for (const [name, { endsAt }] of entries) {
    if (endsAt > now) return
    entries.delete(name)
  }
}

const SHARED = Symbol.for('countersign.next.replay')

/**
 * The store of this process. Next loads this module for `proxy.ts` and again for pages, and both
 * present the same tokens. Names come from tokens, so that applications do not meet in it.
 */
export function sharedReplayStore(): ReplayStore {
  const holder = globalThis as { [SHARED]?: ReplayStore }
  holder[SHARED] ??= memoryReplayStore()
  return holder[SHARED]
}
