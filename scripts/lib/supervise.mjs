import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { forwardLines, linePrefix, wantsColour } from './prefixed-lines.mjs'
import { UserError } from './user-error.mjs'

const GUARD = new URL('./parent-guard.mjs', import.meta.url).href
const STOP_SECONDS = 5
const POLL_MILLISECONDS = 50

/**
 * @typedef {object} Service
 * @property {string} name The mark of its log lines.
 * @property {string} title The subject of a sentence: "The auth server"
 * @property {string} colour An SGR number.
 * @property {readonly string[]} args Arguments of Node.js: script and options.
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} healthUrl Answers 2xx or 3xx once the service is ready.
 * @property {string} [after] Name of the service that has to be ready before this one is started.
 */

/** @typedef {Service & { child: import('node:child_process').ChildProcess }} Running */

/**
 * Starts the services and watches them: when one ends, or does not get ready in time, the promise
 * of `failed` is rejected with a `UserError`.
 * @param {readonly Service[]} services
 * @param {{ write?: (line: string) => void, readySeconds?: number }} [options]
 */
export function supervise(services, { write = console.log, readySeconds = 120 } = {}) {
  const coloured = wantsColour(process.env)
  /** @type {Running[]} */
  const running = []
  /** @type {(error: unknown) => void} */
  let fail = () => {}
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    fail = reject
  })
  failed.catch(() => {})
  let stopping = false
  const start = async (/** @type {Service} */ description) => {
    if (stopping) return
    const service = launch(description, coloured, write)
    running.push(service)
    untilItEnds(service).catch(fail)
    await untilReady(service, readySeconds)
  }
  return {
    /** Resolves when all of them answer. */
    ready: Promise.race([startInOrder(services, start), failed]),
    /** Never resolves; rejects when one of them has ended. */
    failed,
    /** Process ids, in the order of their start. */
    pids: () => running.map(({ child }) => child.pid),
    /** Ends all of them, politely for five seconds. */
    stop: () => {
      stopping = true
      return Promise.all(running.map(({ child }) => end(child)))
    },
  }
}

/**
 * All at once, but for those that wait for another.
 * @param {readonly Service[]} services
 * @param {(service: Service) => Promise<void>} start
 */
async function startInOrder(services, start) {
  /** @type {Map<string, Promise<void>>} */
  const started = new Map()
  for (const service of services) {
    const before = service.after === undefined ? undefined : started.get(service.after)
    started.set(service.name, before ? before.then(() => start(service)) : start(service))
  }
  await Promise.all(started.values())
}

/**
 * In a process group of its own: Ctrl-C reaches the start script alone, which stops them in order.
 * @param {Service} service
 * @param {boolean} coloured
 * @param {(line: string) => void} write
 * @returns {Running}
 */
function launch(service, coloured, write) {
  // Servers of `localhost` bind the same address on every machine, whatever its hosts file says.
  const args = ['--dns-result-order=ipv4first', '--import', GUARD, ...service.args]
  const child = spawn(process.execPath, args, {
    cwd: service.cwd,
    env: service.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const prefix = linePrefix(service.name, service.colour, coloured)
  if (child.stdout) forwardLines(child.stdout, prefix, write)
  if (child.stderr) forwardLines(child.stderr, prefix, write)
  return { ...service, child }
}

/** @param {Running} service @returns {Promise<never>} */
async function untilItEnds({ title, name, child }) {
  const [code, signal] = await once(child, 'close')
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  throw new UserError(
    `${title} ${how}, so the others were stopped too; the lines marked "${name}" say why.`,
  )
}

/**
 * @param {Running} service
 * @param {number} seconds
 */
async function untilReady({ title, healthUrl, child }, seconds) {
  const deadline = Date.now() + seconds * 1000
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(healthUrl)) return
    if (Date.now() > deadline) {
      throw new UserError(`${title} did not answer at ${healthUrl} within ${seconds} s.`)
    }
    await delay(POLL_MILLISECONDS)
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) })
    await response.arrayBuffer()
    return response.status < 400
  } catch {
    return false
  }
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'close')
  child.kill('SIGTERM')
  const timer = setTimeout(() => killGroup(child.pid), STOP_SECONDS * 1000)
  await gone
  clearTimeout(timer)
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in the meantime.
  }
}
