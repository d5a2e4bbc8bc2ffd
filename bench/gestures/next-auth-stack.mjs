import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fingerprint, isStamped, stamp } from '../../scripts/lib/fingerprint.mjs'
import { ROOT } from '../../scripts/lib/paths.mjs'
import { freePort } from '../../scripts/lib/ports.mjs'
import { runOrFail } from '../../scripts/lib/run.mjs'
import { nextCli } from '../../scripts/lib/services.mjs'
import { startBackend } from './backend.mjs'
import { createBrowser } from './browser.mjs'
import { plainEnvironment, startServices } from './services.mjs'

const APP = fileURLToPath(new URL('next-auth-app', import.meta.url))
const ACCESS_SECONDS = 3
const LATENCY_MS = 40
const PASSWORD = 'not checked by the backend'

/** @typedef {import('./driver.mjs').Stack} Stack */

/**
 * next-auth with the refresh recipe of its guide, before a strict backend.
 * @param {(line: string) => void} print
 * @returns {Promise<Stack>}
 */
export async function startNextAuth(print) {
  await build(print)
  const backend = await startBackend({ accessSeconds: ACCESS_SECONDS, latencyMs: LATENCY_MS })
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const service = webService(port, origin, backend.url)
  const services = await startServices([service]).catch(async (error) => {
    await backend.close()
    throw error
  })
  let users = 0
  return {
    column: 'nextAuth',
    accessSeconds: ACCESS_SECONDS,
    failed: services.failed,
    signIn: async () => {
      const browser = createBrowser({ user: `user-${++users}`, origin, ports: [port] })
      await signIn(browser)
      return browser
    },
    isSignedIn: async (browser) => {
      const { text } = await browser.send('GET', '/api/auth/session')
      const { accessToken } = JSON.parse(text) ?? {}
      const headers = { Authorization: `Bearer ${accessToken}` }
      return (await fetch(`${backend.url}/me`, { headers })).ok
    },
    refreshes: ({ user }) => backend.refreshesOf(user),
    stop: async () => {
      await services.stop()
      await backend.close()
    },
  }
}

/** The steps of next-auth's own sign-in form. @param {import('./browser.mjs').Browser} browser */
async function signIn(browser) {
  const { text } = await browser.send('GET', '/api/auth/csrf')
  const { csrfToken } = JSON.parse(text)
  const fields = { csrfToken, email: browser.user, password: PASSWORD, callbackUrl: '/client' }
  await browser.send('POST', '/api/auth/callback/credentials', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
  const session = JSON.parse((await browser.send('GET', '/api/auth/session')).text)
  if (!session?.accessToken) throw new Error('the sign-in through next-auth failed')
}

/**
 * @param {number} port
 * @param {string} origin
 * @param {string} backendUrl
 */
function webService(port, origin, backendUrl) {
  return {
    ...{ name: 'web', title: 'The next-auth application', colour: '32' },
    args: [nextCli(), 'start', '--hostname', 'localhost', '--port', String(port)],
    cwd: APP,
    env: {
      ...plainEnvironment(),
      AUTH_SECRET: randomBytes(32).toString('base64url'),
      AUTH_URL: origin,
      BACKEND_URL: backendUrl,
    },
    healthUrl: `${origin}/client`,
  }
}

/** Builds the application unless nothing has changed since. @param {(line: string) => void} print */
async function build(print) {
  const value = fingerprint([APP, join(ROOT, 'package-lock.json')])
  const output = join(APP, '.next')
  if (existsSync(join(output, 'BUILD_ID')) && isStamped('bench-next-auth', value)) return
  print('Building the next-auth application (next build) …')
  rmSync(output, { recursive: true, force: true })
  const options = { cwd: APP, env: plainEnvironment() }
  await runOrFail(
    'The build of the next-auth application',
    process.execPath,
    [nextCli(), 'build'],
    options,
  )
  stamp('bench-next-auth', value)
}
