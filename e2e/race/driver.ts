import { setTimeout as delay } from 'node:timers/promises'
import type { Gesture, Scene } from './gestures.js'
import type { Check, System } from './system.js'
import type { TabUser } from './tab-user.js'
import type { User } from './user.js'

/** How long after the end of the access token a gesture comes. */
const LATE_MS = 250
/** A user is a guest for so many expiries; then the next one signs up. */
const EXPIRIES_PER_USER = 5
/** Users of one kind begin so long after another. */
const PACE_MS = 60
const PARALLEL_SIGN_INS = 8
/** A machine that is this slow cannot be measured on. */
const MOST_LATE = 5
const MAX_TRIES = 3
const PAUSE_MS = 2000

/** What became of the expiries of a gesture. Faults are those that could not be measured. */
export interface Result {
  readonly gesture: Gesture
  readonly expiries: number
  readonly logouts: number
  /** What the lost ones were told at last. */
  readonly why: readonly string[]
  /** The refreshes of each expiry that the backend saw, up to the end of the gesture. */
  readonly refreshes: readonly number[]
  readonly faults: readonly string[]
  /** Expiries that a busy machine spoilt; they are not among the others. */
  readonly late: number
}

/** How many there are and how they come. */
export interface Crowd {
  readonly expiries: number
  /** Users with a cookie jar at a time. */
  readonly jarUsers: number
  /** Users with a browser at a time. */
  readonly tabUsers: number
  readonly openJar: () => Promise<User>
  readonly openTabs: () => Promise<TabUser>
}

type Mutable = { -readonly [K in keyof Result]: Result[K] } & {
  refreshes: number[]
  why: string[]
  faults: string[]
}

/** Every gesture that there is in the system, `expiries` times each. In the order of the gestures. */
export async function measure(
  system: System,
  gestures: readonly Gesture[],
  crowd: Crowd,
): Promise<readonly Result[]> {
  const results = gestures
    .filter((gesture) => gesture.appliesTo(system.moves))
    .map(
      (gesture): Mutable => ({
        ...{ gesture, expiries: 0, logouts: 0, late: 0 },
        ...{ refreshes: [], why: [], faults: [] },
      }),
    )
  const isForAll = ({ gesture }: Mutable) => 'isForAll' in gesture
  const single = results.filter((result) => !isForAll(result))
  const ofKind = (kind: Gesture['kind']) => single.filter(({ gesture }) => gesture.kind === kind)
  await Promise.all([
    share(visitsOf(ofKind('requests'), crowd), crowd.jarUsers, (visit) =>
      beGuest(system, crowd, visit),
    ),
    share(visitsOf(ofKind('tabs'), crowd), crowd.tabUsers, (visit) =>
      beGuest(system, crowd, visit),
    ),
  ])
  for (const result of results.filter(isForAll)) await meetTogether(system, crowd, result)
  return results
}

/** Some expiries of one gesture in a row, by one user. */
interface Visit {
  readonly result: Mutable
  readonly expiries: number
}

/** Gestures in turn, so that different ones are under way at a time. */
function visitsOf(results: readonly Mutable[], { expiries }: Crowd): Visit[] {
  const sizes: number[] = []
  for (let left = expiries; left > 0; left -= EXPIRIES_PER_USER) {
    sizes.push(Math.min(left, EXPIRIES_PER_USER))
  }
  return sizes.flatMap((size) => results.map((result) => ({ result, expiries: size })))
}

/** So many workers take what is to be done, one after the other. */
async function share<T>(
  tasks: readonly T[],
  workers: number,
  work: (task: T) => Promise<void>,
): Promise<void> {
  const queue = [...tasks]
  await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      await delay(index * PACE_MS)
      for (let task = queue.shift(); task; task = queue.shift()) await work(task)
    }),
  )
}

/** All users of a gesture at the same moment, in as many rounds as it takes. */
async function meetTogether(system: System, crowd: Crowd, result: Mutable): Promise<void> {
  for (let left = crowd.expiries; left > 0; left -= crowd.jarUsers) {
    const users: User[] = []
    const guests = Array.from({ length: Math.min(left, crowd.jarUsers) })
    await share(guests.map(String), PARALLEL_SIGN_INS, async () => {
      users.push(await newUser(system, crowd, result.gesture))
    })
    const ends = await Promise.all(users.map((user) => endOfToken(system, user)))
    const endsAt = Math.max(...ends)
    const expiries = users.map((user) =>
      note(result, meetExpiry(system, user, result.gesture, endsAt)),
    )
    await Promise.all(expiries)
  }
}

async function beGuest(system: System, crowd: Crowd, { result, expiries }: Visit): Promise<void> {
  let user: User | undefined
  const meet = async () => {
    user ??= await newUser(system, crowd, result.gesture)
    const endsAt = await endOfToken(system, user)
    return meetExpiry(system, user, result.gesture, endsAt)
  }
  for (let met = 0, late = 0; met < expiries && late < MOST_LATE; ) {
    const outcome = await note(result, meet())
    if (outcome === 'late') late += 1
    else met += 1
    if (outcome === 'kept') continue
    await user?.close().catch(() => {})
    user = undefined
  }
  await user?.close().catch(() => {})
}

/** Adds an expiry to the result, unless its user came too late, and says how it went. */
async function note(
  result: Mutable,
  met: Promise<Expiry>,
): Promise<'kept' | 'lost' | 'late' | 'unknown'> {
  try {
    const { after, refreshes } = await met
    result.expiries += 1
    result.refreshes.push(refreshes)
    if ('seconds' in after) return 'kept'
    result.logouts += 1
    result.why.push(after.why)
    return 'lost'
  } catch (error) {
    if (error instanceof TooLate) {
      result.late += 1
      return 'late'
    }
    result.faults.push(String(error).split('\n')[0] ?? '')
    return 'unknown'
  }
}

async function newUser(system: System, crowd: Crowd, { kind }: Gesture): Promise<User> {
  const user = kind === 'tabs' ? await crowd.openTabs() : await crowd.openJar()
  await patiently(() => system.signIn(user))
  return user
}

/** When the access token that a user has now has surely run out. Milliseconds. */
async function endOfToken(system: System, user: User): Promise<number> {
  const before = await checkPatiently(system, user)
  if ('why' in before) throw new Error(`not signed in before the gesture: ${before.why}`)
  return Date.now() + before.seconds * 1000 + LATE_MS
}

/** The machine was so busy that the token ran out before the gesture had begun, or during a request. */
class TooLate extends Error {}

interface Expiry {
  readonly after: Check
  readonly refreshes: number
}

/**
 * Makes the gesture when the access token has run out, lets the next one run out as well, and asks
 * once, alone: is that user still signed in?
 */
async function meetExpiry(
  system: System,
  user: User,
  gesture: Gesture,
  endsAt: number,
): Promise<Expiry> {
  let before = 0
  const expiry = async () => {
    if (Date.now() > endsAt) throw new TooLate()
    // The tabs of a gesture may have been quicker than their user.
    const latest = (system.refreshesOf(user).at(-1) ?? 0) + system.accessSeconds * 1000 + LATE_MS
    await delay(Math.max(0, Math.max(endsAt, latest) - Date.now()))
    before = system.refreshesOf(user).length
  }
  const scene = { system, user, expiry }
  if (gesture.kind === 'tabs') {
    const { slowestRequest, closeTabs } = user as TabUser
    slowestRequest()
    await gesture.make(scene as Scene<TabUser>)
    // What waited for that long met rotations that are 15 minutes apart in production.
    if (slowestRequest() > system.accessSeconds * 500) throw new TooLate()
    await closeTabs()
  } else {
    await gesture.make(scene)
  }
  const refreshes = system.refreshesOf(user).length - before
  await delay(system.accessSeconds * 1000 + LATE_MS)
  return { after: await checkPatiently(system, user), refreshes }
}

/** A failure that passes is no logout, so the question is put several times. */
async function checkPatiently(system: System, user: User): Promise<Check> {
  for (let tries = 1; ; tries += 1) {
    const check = await system.check(user).catch((error) => ({ why: String(error) }))
    if ('seconds' in check || tries === MAX_TRIES) return check
    await delay(PAUSE_MS)
  }
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === MAX_TRIES) throw error
    }
    await delay(PAUSE_MS)
  }
}
