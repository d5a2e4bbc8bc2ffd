import { setTimeout as delay } from 'node:timers/promises'
import { GESTURES } from './gestures.mjs'

/** A new user every so often: gestures rarely meet, although dozens of users wait at a time. */
const PACE_MS = 250
/** How long after the end of the access token a gesture comes. */
const LATE_MS = 250
const MAX_TRIES = 3
const PAUSE_MS = 2000

/** @typedef {import('./browser.mjs').Browser} Browser */
/** @typedef {import('./gestures.mjs').Move} Move */

/**
 * A web application with its backend, running.
 * @typedef {object} Stack
 * @property {'nextAuth' | 'countersign'} column Whose move of a gesture to make
 * @property {number} accessSeconds Lifetime of an access token
 * @property {() => Promise<Browser>} signIn A new user in a new browser
 * @property {(browser: Browser) => Promise<boolean>} isSignedIn One request to the application for
 * an access token, and one to the backend: does it accept that?
 * @property {(browser: Browser) => number} refreshes Refreshes the backend has seen of this user
 * @property {Promise<never>} failed Rejects when one of its processes has ended
 * @property {() => Promise<void>} stop
 */

/** @typedef {{ lost: boolean, refreshes: number } | { fault: string }} Outcome */

/**
 * What became of the expiries of a gesture. Faults are those that could not be measured.
 * @typedef {{ expiries: number, logouts: number, refreshes: number, faults: readonly string[] }} Result
 */

/**
 * Every gesture, `expiries` times each, every time by a new user.
 * @param {Stack} stack
 * @param {number} expiries
 * @returns {Promise<Result[]>} In the order of the gestures
 */
export function measure(stack, expiries) {
  return Promise.race([measureAll(stack, expiries), stack.failed])
}

/** @param {Stack} stack @param {number} expiries */
async function measureAll(stack, expiries) {
  /** @type {Promise<Result>[]} */
  const results = []
  for (const gesture of GESTURES) {
    const events = []
    for (let count = 0; count < expiries; count += 1) {
      // One sign-in at a time: a busy machine is given the time that it needs.
      const [browser] = await Promise.all([patiently(stack.signIn), delay(PACE_MS)])
      events.push(outcomeOf(stack, browser, gesture[stack.column]))
    }
    results.push(Promise.all(events).then(summarise))
  }
  return Promise.all(results)
}

/** How long `measure` takes at least, in seconds. @param {Stack} stack @param {number} expiries */
export function durationOf({ accessSeconds }, expiries) {
  return (GESTURES.length * expiries * PACE_MS) / 1000 + 2 * (accessSeconds + LATE_MS / 1000)
}

/**
 * @param {Stack} stack
 * @param {Browser} browser
 * @param {Move} move
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(stack, browser, move) {
  try {
    return await expiryEvent(stack, browser, move)
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * One user: lets the access token run out, makes the move, lets the next one run out.
 * @param {Stack} stack
 * @param {Browser} browser
 * @param {Move} move
 */
async function expiryEvent(stack, browser, move) {
  const lifetime = stack.accessSeconds * 1000 + LATE_MS
  await delay(lifetime)
  const before = stack.refreshes(browser)
  await move(browser)
  const refreshes = stack.refreshes(browser) - before
  await delay(lifetime)
  return { lost: !(await keepsSession(stack, browser)), refreshes }
}

/**
 * A failure that passes is no logout, so the question is put several times, on both sides.
 * @param {Stack} stack
 * @param {Browser} browser
 */
async function keepsSession(stack, browser) {
  for (let tries = 1; ; tries += 1) {
    if (await stack.isSignedIn(browser)) return true
    if (tries === MAX_TRIES) return false
    await delay(PAUSE_MS)
  }
}

/** @template T @param {() => Promise<T>} attempt @returns {Promise<T>} */
async function patiently(attempt) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === MAX_TRIES) throw error
    }
    await delay(PAUSE_MS)
  }
}

/** @param {Outcome[]} outcomes @returns {Result} */
function summarise(outcomes) {
  const measured = outcomes.flatMap((outcome) => ('fault' in outcome ? [] : [outcome]))
  return {
    expiries: measured.length,
    logouts: measured.filter(({ lost }) => lost).length,
    refreshes: measured.reduce((sum, { refreshes }) => sum + refreshes, 0),
    faults: outcomes.flatMap((outcome) => ('fault' in outcome ? [outcome.fault] : [])),
  }
}
