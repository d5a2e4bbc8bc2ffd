import { askForToken } from './ask.js'
import { ClientError } from './errors.js'
import { withLock } from './lock.js'
import type { Settings } from './options.js'
import { type HeldToken, remainingSeconds, type Store } from './store.js'
import type { Tabs } from './tabs.js'

/** What to look for: a token other than `not`; with `anew` the server is asked in any case. */
export interface Wish {
  readonly not?: string | undefined
  readonly anew?: boolean
}

/** Gets a token; null when the user is signed out. Rejects with `ClientError` when it cannot be told. */
export type Refresh = (wish?: Wish) => Promise<HeldToken | null>

/** Seconds before its end at which a token counts as old: a minute, or a tenth of a short life. */
export function marginSeconds(token: HeldToken): number {
  return Math.min(60, token.lifetimeSeconds / 10)
}

/** One refresh at a time in this tab, one at a time among tabs where the browser has locks. */
export function createRefresh(parts: { settings: Settings; store: Store; tabs: Tabs }): Refresh {
  const { settings, store, tabs } = parts
  const { runtime } = settings
  let flight: Promise<HeldToken | null> | undefined

  const suitable = ({ not, anew }: Wish): HeldToken | null => {
    const token = store.current()
    if (anew || !token || token.tokenId === not) return null
    return remainingSeconds(token, runtime) > marginSeconds(token) ? token : null
  }

  const ask = async (not: string | undefined, epoch: number): Promise<HeldToken | null> => {
    const sessionId = store.current()?.sessionId
    const reply = await askForToken(settings, not)
    if (store.epoch() !== epoch) return store.current()
    if (reply.kind === 'failed') throw new ClientError(reply.code, reply)
    if (reply.kind === 'ended') end(reply.reason, sessionId)
    else if (store.accept(reply.answer)) tabs.shareToken({ replace: false })
    else if (!store.current()) store.end({}) // The token of a session that a tab has ended.
    return store.current()
  }

  /** Another tab may have brought a newer session meanwhile; that one goes on. */
  const end = (reason: string | undefined, sessionId: string | undefined) => {
    if (store.current()?.sessionId !== sessionId) return
    store.end({ reason, sessionId })
    if (sessionId !== undefined) tabs.shareEnd({ reason, sessionId })
  }

  const start = (wish: Wish): Promise<HeldToken | null> => {
    const epoch = store.epoch()
    // While this tab waited for the lock another one may have sent its token, or signed out.
    const run = async () =>
      store.epoch() === epoch ? (suitable(wish) ?? ask(wish.not, epoch)) : store.current()
    flight = withLock(`countersign:${settings.tokenUrl}`, { ...runtime, run })
    const done = () => {
      flight = undefined
    }
    flight.then(done, done)
    return flight
  }

  return async (wish = {}) => {
    const ready = suitable(wish)
    if (ready) return ready
    if (!flight) return start(wish)
    const token = await flight
    return token && token.tokenId === wish.not ? start(wish) : token
  }
}
