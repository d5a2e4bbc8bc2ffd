import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDoor } from '../../e2e/harness/door.js'
import { freePorts } from '../../e2e/harness/ports.js'
import { serverProcess } from '../../e2e/harness/process.js'
import { LATENCY_MS } from '../../e2e/race/stack-system.js'
import { buildEnvironment, LOCK } from '../../scripts/lib/build.mjs'
import { fingerprint, isStamped, stamp } from '../../scripts/lib/fingerprint.mjs'
import { ROOT } from '../../scripts/lib/paths.mjs'
import { runOrFail } from '../../scripts/lib/run.mjs'
import { nextCli } from '../../scripts/lib/services.mjs'
import { MOVES } from './next-auth-moves.mjs'
import { startBackend } from './strict-backend.mjs'

const APP = join(ROOT, 'bench/race/next-auth-app')
const ACCESS_SECONDS = 10
const RESTART_MS = 1500
const PASSWORD = 'not checked by the backend'

/** @typedef {import('../../e2e/race/system.js').System} System */
/** @typedef {import('../../e2e/race/user.js').User} User */

/**
 * next-auth with the refresh recipe of its guide, before a strict backend.
 * @param {{ instances: number }} options
 * @returns {Promise<System>}
 */
export async function startNextAuth({ instances }) {
  await build()
  const backend = await startBackend({ accessSeconds: ACCESS_SECONDS, latencyMs: LATENCY_MS })
  const [doorPort = 0, ...ports] = await freePorts(1 + instances)
  const origin = `http://localhost:${doorPort}`
  const secret = randomBytes(32).toString('base64url')
  const servers = ports.map((port) =>
    serverProcess(webService({ port, origin, secret, backendUrl: backend.url })),
  )
  const door = await openDoor(doorPort, ports)
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await door.close()
    await backend.close()
  }
  try {
    await Promise.all(servers.map((server) => server.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ...{ name: 'next-auth', instances, origin, moves: MOVES },
    pagePath: '/client',
    quietPath: '/_next/static/none',
    accessSeconds: ACCESS_SECONDS,
    graceSeconds: 6,
    signIn,
    check: (user) => check(user, backend.url),
    refreshesOf: ({ name }) => backend.refreshesOf(name),
    failFor: ({ name }, isFailing) => backend.failFor(name, isFailing),
    restartBackend: () => backend.restart(RESTART_MS),
    stop,
    said: () => servers.flatMap(({ lines }) => lines.slice(-40)).join('\n'),
  }
}

/** The steps of next-auth's own sign-in form. @param {User} user */
async function signIn(user) {
  const { text } = await user.send({ url: '/api/auth/csrf' })
  const { csrfToken } = JSON.parse(text)
  const fields = { csrfToken, email: user.name, password: PASSWORD, callbackUrl: '/client' }
  await user.send({
    url: '/api/auth/callback/credentials',
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
  if (!(await tokenOf(user))) throw new Error('the sign-in through next-auth failed')
}

/** @param {User} user @returns {Promise<string | undefined>} */
async function tokenOf(user) {
  const session = JSON.parse((await MOVES.ask(user)).text)
  return session?.accessToken
}

/**
 * @param {User} user
 * @param {string} backendUrl
 * @returns {Promise<import('../../e2e/race/system.js').Check>}
 */
async function check(user, backendUrl) {
  const headers = { Authorization: `Bearer ${await tokenOf(user)}` }
  const { ok, status } = await fetch(`${backendUrl}/me`, { headers })
  return ok ? { seconds: ACCESS_SECONDS } : { why: `the backend said ${status}` }
}

/** @param {{ port: number, origin: string, secret: string, backendUrl: string }} options */
function webService({ port, origin, secret, backendUrl }) {
  return {
    ...{ name: 'web', title: 'The next-auth application', colour: '32' },
    args: [nextCli(), 'start', '--hostname', 'localhost', '--port', String(port)],
    cwd: APP,
    env: {
      ...buildEnvironment(),
      AUTH_SECRET: secret,
      AUTH_URL: origin,
      BACKEND_URL: backendUrl,
    },
    healthUrl: `http://localhost:${port}/client`,
  }
}

/** Builds the application unless nothing has changed since. */
async function build() {
  const value = fingerprint([APP, LOCK])
  const output = join(APP, '.next')
  if (existsSync(join(output, 'BUILD_ID')) && isStamped('bench-next-auth', value)) return
  rmSync(output, { recursive: true, force: true })
  const options = { cwd: APP, env: buildEnvironment() }
  const title = 'The build of the next-auth application'
  await runOrFail(title, process.execPath, [nextCli(), 'build'], options)
  stamp('bench-next-auth', value)
}
