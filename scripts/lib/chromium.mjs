import { findExecutable, isExecutable } from './executables.mjs'
import { UserError } from './user-error.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Path of the browser that the tests drive: CHROMIUM_PATH, else an installed one, if any. */
export function findChromium() {
  const own = process.env.CHROMIUM_PATH
  if (own) return own
  return findExecutable(NAMES) ?? APPLICATIONS.find(isExecutable)
}

/** Path of the browser that the tests drive; throws a `UserError` if there is none. */
export function requireChromium() {
  const path = findChromium()
  if (path) return path
  throw new UserError('Chromium is needed: install it, or set CHROMIUM_PATH to an executable.')
}
