import { REQUEST_GESTURES } from './request-gestures.js'
import type { Moves, System } from './system.js'
import { TAB_GESTURES } from './tab-gestures.js'
import type { TabUser } from './tab-user.js'
import type { User } from './user.js'

/** One user at one expiry. */
export interface Scene<U extends User = User> {
  readonly system: System
  readonly user: U
  /** Resolves when the access token has run out. From then on refreshes are counted. */
  readonly expiry: () => Promise<void>
}

interface Described {
  readonly title: string
  /** Its requests leave together: every instance refreshes once at most. */
  readonly isSimultaneous?: true
  /** Whether there is such a thing in an application. */
  readonly appliesTo: (moves: Moves) => boolean
}

/** A gesture of requests that a cookie jar can make. */
export interface RequestGesture extends Described {
  readonly kind: 'requests'
  /** All its users meet it at the same moment, alone: what happens concerns everybody. */
  readonly isForAll?: true
  readonly make: (scene: Scene) => Promise<unknown>
}

/** A gesture that takes the scripts, tabs and history of a real browser. */
export interface TabGesture extends Described {
  readonly kind: 'tabs'
  readonly make: (scene: Scene<TabUser>) => Promise<unknown>
}

/** What a user, or their browser, does when an access token runs out. */
export type Gesture = RequestGesture | TabGesture

/** All of them, in the order of the table. */
export const GESTURES: readonly Gesture[] = [...REQUEST_GESTURES, ...TAB_GESTURES]
