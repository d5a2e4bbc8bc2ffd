import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { portOwner } from './port-owner.mjs'
import { UserError } from './user-error.mjs'

const CONNECT_MILLISECONDS = 3000
const LOOPBACK = ['127.0.0.1', '::1']

/**
 * A port from the environment.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} variable
 * @param {number} standard
 */
export function portFrom(env, variable, standard) {
  const text = env[variable]
  if (text === undefined || text === '') return standard
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new UserError(`${variable} is not a port number between 1 and 65535.`)
}

/**
 * @typedef {object} PortUse
 * @property {number} port
 * @property {string} variable The environment variable that chooses another port.
 * @property {string} title Who wants it: "the web app"
 */

/**
 * Refuses ports that are taken or asked for twice. Looks again for `patienceSeconds`, because the
 * processes of a start that was killed need a moment to notice.
 * @param {readonly PortUse[]} uses
 * @param {{ patienceSeconds?: number }} [options]
 */
export async function checkPorts(uses, { patienceSeconds = 3 } = {}) {
  const [twice, first] = duplicate(uses)
  if (twice && first) {
    throw new UserError(
      `Port ${twice.port} is wanted by ${first.title} and ${twice.title}: set ${twice.variable} to another one.`,
    )
  }
  for (let waited = 0; ; waited += 0.2) {
    const taken = await firstTaken(uses)
    if (!taken) return
    if (waited >= patienceSeconds) throw takenError(taken)
    await delay(200)
  }
}

/** @param {PortUse} use */
function takenError({ port, variable, title }) {
  const owner = portOwner(port)
  const by = owner ? ` by ${owner}` : ''
  return new UserError(
    `Port ${port}, which ${title} needs, is in use${by}: stop that, or choose another port, for example ${variable}=${port + 1} npm start.`,
  )
}

/** @param {readonly PortUse[]} uses */
function duplicate(uses) {
  const index = uses.findIndex(({ port }, i) => uses.findIndex((use) => use.port === port) < i)
  const twice = uses[index]
  return [twice, uses.find((use) => use.port === twice?.port)]
}

/** @param {readonly PortUse[]} uses */
async function firstTaken(uses) {
  for (const use of uses) if (await isTaken(use.port)) return use
  return undefined
}

/**
 * Something answers on either loopback address, or the port cannot be bound.
 * @param {number} port
 */
async function isTaken(port) {
  const answers = await Promise.all(LOOPBACK.map((host) => accepts(host, port)))
  return answers.includes(true) || !(await canListen(port))
}

/**
 * Whether somebody accepts connections there.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MILLISECONDS })
    const end = (/** @type {boolean} */ answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A port that is free at this moment, on 127.0.0.1. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
