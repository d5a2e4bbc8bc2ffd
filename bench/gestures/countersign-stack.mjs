import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackages, buildWeb } from '../../scripts/lib/build.mjs'
import { prepareDataFolder } from '../../scripts/lib/data-folder.mjs'
import { freePort } from '../../scripts/lib/ports.mjs'
import { describeServices, readSettings } from '../../scripts/lib/services.mjs'
import { startAuthRelay } from './auth-relay.mjs'
import { createBrowser } from './browser.mjs'
import { plainEnvironment, startServices } from './services.mjs'

const ACCESS_SECONDS = 5
const LATENCY_MS = 40

/**
 * The windows shrink with the access token, yet not by as much, because the distance to the server
 * does not shrink. What matters stays: every refresh after an expiry comes after both windows and
 * rotates, and no window is longer than the one of 30 s that users get.
 */
const WINDOWS = { grace: 2, coalesce: 2, recovery: 480 }
/** A server that takes every second use of a token for theft. */
const NO_WINDOWS = { grace: 0, coalesce: 0, recovery: 0 }

/** @typedef {import('./driver.mjs').Stack} Stack */
/** @typedef {import('./browser.mjs').Browser} Browser */

/** @typedef {typeof WINDOWS} Windows Seconds */

/**
 * The example application with auth server and API: two instances of it that share nothing and
 * take turns.
 * @param {(line: string) => void} print
 * @returns {Promise<Stack>}
 */
export function startCountersign(print) {
  return start(print, WINDOWS)
}

/**
 * The control: the same with a strict server. It has to log out users who do two things at once, or
 * the measurement could not have seen it in the first place.
 * @param {(line: string) => void} print
 */
export function startStrictCountersign(print) {
  return start(print, NO_WINDOWS)
}

/**
 * @param {(line: string) => void} print
 * @param {Windows} windows
 * @returns {Promise<Stack>}
 */
async function start(print, windows) {
  await buildPackages(print)
  await buildWeb(print)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gestures-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const authPort = await freePort()
  const relay = await startAuthRelay({ port: authPort, latencyMs: LATENCY_MS })
  const env = await environment({ folder, authPort, authUrl: relay.url, windows })
  const settings = readSettings(env)
  const ports = [settings.webPort, await freePort()]
  const services = await startServices(describeAll(settings, env, ports)).catch(async (error) => {
    await relay.close()
    throw error
  })
  let users = 0
  return {
    column: 'countersign',
    accessSeconds: ACCESS_SECONDS,
    failed: services.failed,
    signIn: async () => {
      const user = `user-${++users}`
      const browser = createBrowser({ user, origin: settings.webOrigin, ports })
      await signUp(browser)
      return browser
    },
    isSignedIn: (browser) => isSignedIn(browser, settings.apiUrl),
    refreshes: ({ user }) => relay.refreshesOf(user),
    stop: async () => {
      await services.stop()
      await relay.close()
      removeFolder()
      process.off('exit', removeFolder)
    },
  }
}

/** @param {{ folder: string, authPort: number, authUrl: string, windows: Windows }} options */
async function environment({ folder, authPort, authUrl, windows }) {
  return {
    ...plainEnvironment(),
    COUNTERSIGN_ACCESS_SECONDS: String(ACCESS_SECONDS),
    COUNTERSIGN_GRACE_SECONDS: String(windows.grace),
    COUNTERSIGN_COALESCE_SECONDS: String(windows.coalesce),
    COUNTERSIGN_RECOVERY_SECONDS: String(windows.recovery),
    COUNTERSIGN_LIMITS: 'signupsPerIp=1000000',
    COUNTERSIGN_STATE_DIR: folder,
    COUNTERSIGN_HOST: '127.0.0.1',
    COUNTERSIGN_PORT: String(authPort),
    COUNTERSIGN_URL: authUrl,
    API_PORT: String(await freePort()),
    PORT: String(await freePort()),
  }
}

/**
 * Auth server, API and one web application per port.
 * @param {import('../../scripts/lib/services.mjs').Settings} settings
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly number[]} ports
 */
function describeAll(settings, env, ports) {
  const secrets = {
    COUNTERSIGN_SECRET: newSecret(),
    COUNTERSIGN_COOKIE_SECRET: newSecret(),
    COUNTERSIGN_CLIENT_SECRET: newSecret(),
    COUNTERSIGN_API_CLIENT_SECRET: newSecret(),
  }
  prepareDataFolder(settings.authDataFolder, 'COUNTERSIGN_DATA_DIR')
  prepareDataFolder(settings.apiDataFolder, 'API_DATA_DIR')
  const [auth, api] = describeServices(settings, secrets, env)
  const webs = ports.map((webPort) => describeServices({ ...settings, webPort }, secrets, env)[2])
  return [auth, api, ...webs]
}

const newSecret = () => randomBytes(32).toString('base64url')

/** @param {Browser} browser */
async function signUp(browser) {
  const email = `${browser.user}@example.test`
  const answer = await browser.post('/api/auth/signup', { email, password: newSecret() })
  if (answer.status !== 201) throw new Error(`the sign-up was answered with ${answer.status}`)
}

/**
 * @param {Browser} browser
 * @param {string} apiUrl
 */
async function isSignedIn(browser, apiUrl) {
  const answer = await browser.post('/api/auth/token', {})
  if (answer.status !== 200) return false
  const { accessToken, expiresIn } = JSON.parse(answer.text)
  // The API forgives clocks a few seconds; a token that has run out does not count here.
  if (expiresIn < 1) return false
  const headers = { Authorization: `Bearer ${accessToken}` }
  return (await fetch(`${apiUrl}/api/v1/tasks?limit=1`, { headers })).ok
}
