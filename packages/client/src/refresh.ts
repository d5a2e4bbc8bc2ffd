import { askForToken, ENDINGS } from './ask.js'
import type { ClientError } from './errors.js'
import { withLock } from './lock.js'
import type { Settings } from './options.js'
import { stopwatch } from './runtime.js'
import type { HeldToken, Store } from './store.js'
import type { Tabs } from './tabs.js'

/** What to look for: an access token other than `not`; with `anew` the server is asked in any case. */
export interface Wish {
  readonly not?: string | undefined
  readonly anew?: boolean
}

/** Gets a token; null when the user is signed out. Rejects with `ClientError` when it cannot be told. */
export type Refresh = (wish?: Wish) => Promise<HeldToken | null>

/** The token held, if it fulfils a wish and is good for longer than `margin` seconds. */
export function heldToken(
  { token }: Store,
  { not, anew }: Wish,
  margin = token?.margin,
): HeldToken | null | false {
  const isWanted = token && !anew && token.accessToken !== not
  return isWanted && token.remaining() > (margin as number) && token
}

/** One refresh at a time in this tab, one at a time among tabs where the browser has locks. */
export function createRefresh(
  settings: Settings,
  { store, tabs }: { store: Store; tabs: Tabs },
): Refresh {
  let flight: Promise<HeldToken | null> | undefined

  /** After a sign-in or sign-out meanwhile the answer, whatever it is, counts no more. */
  const ask = async ({ not }: Wish, epoch: number): Promise<HeldToken | null> => {
    const { jti, sid }: Partial<HeldToken> = store.token ?? {}
    const age = stopwatch(settings)
    try {
      const answer = await askForToken(settings, not && jti)
      // If it is of a session that a tab has ended, nobody is signed in.
      if (store.epoch === epoch && !tabs.accept(answer, { age }) && !store.token) store.end({})
    } catch (error) {
      if (store.epoch === epoch) settle(error as ClientError, sid)
    }
    return store.token
  }

  /** Another tab may have brought a newer session meanwhile; that one goes on. */
  const settle = (error: ClientError, sid: string | undefined) => {
    const { code } = error
    const isOver = ENDINGS.includes(code)
    if (!isOver && code !== 'missing_token') throw error
    if (store.token?.sid !== sid) return
    // Without a session of our own there is nothing to tell the others.
    const { end } = sid ? tabs : store
    end({ reason: error.reason ?? (isOver ? code : undefined), sid })
  }

  const start = (wish: Wish): Promise<HeldToken | null> => {
    const { epoch } = store
    // While this tab waited for the lock another one may have sent its token, or signed out.
    return withLock(settings, async () =>
      store.epoch === epoch ? heldToken(store, wish) || ask(wish, epoch) : store.token,
    )
  }

  const refresh: Refresh = async (wish = {}) => {
    const ready = heldToken(store, wish)
    if (ready) return ready
    if (flight && settings.singleFlight) {
      const token = await flight
      return token && token.accessToken === wish.not ? refresh(wish) : token
    }
    flight = start(wish).finally(() => {
      flight = undefined
    })
    return flight
  }
  return refresh
}
