import type { Context } from './context.js'
import type { Countersign } from './create-countersign.js'
import type { CountersignOptions } from './settings.js'

/** What subpaths of this package need of a `Countersign`, and applications do not. */
interface Inside {
  readonly context: () => Context
  readonly options: CountersignOptions
}

const insides = new WeakMap<Countersign, Inside>()

/** Lets `insideOf` find the parts of a `Countersign`; returns it. */
export function remember(app: Countersign, inside: Inside): Countersign {
  insides.set(app, inside)
  return app
}

/** The parts of what `createCountersign` returned. Throws `TypeError` for anything else. */
export function insideOf(app: Countersign): Inside {
  const inside = insides.get(app)
  if (!inside) throw new TypeError('pass the whole result of createCountersign, not a part of it')
  return inside
}
