import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { display } from './paths.mjs'
import { freePort } from './ports.mjs'
import { findPostgres } from './postgres.mjs'
import { run, runOrFail } from './run.mjs'
import { UserError } from './user-error.mjs'

const READY_SECONDS = 30

/**
 * @typedef {object} LocalPostgres
 * @property {NodeJS.ProcessEnv} env What leads a program to it.
 * @property {() => Promise<void>} stop
 */

/**
 * A server that speaks PostgreSQL's protocol on a free port of the loopback address, its data in a
 * folder: the PostgreSQL of this machine, else PGlite, which has one connection to share.
 * @param {string} folder
 * @returns {Promise<LocalPostgres>}
 */
export async function startLocalPostgres(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  lock(folder)
  const [initdb, postgres] = [findPostgres('initdb'), findPostgres('postgres')]
  const isInstalled = initdb && postgres && findPostgres('pg_isready')
  // PostgreSQL refuses to run as root.
  if (!isInstalled || process.getuid?.() === 0) return startEmbedded(join(folder, 'pglite'))
  return startInstalled({ initdb, postgres, data: join(folder, 'postgres') })
}

/** @param {{ initdb: string, postgres: string, data: string }} options */
async function startInstalled({ initdb, postgres, data }) {
  await prepare(data, (draft) =>
    runOrFail('initdb', initdb, ['-D', draft, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8']),
  )
  await endForgotten(data)
  const port = await freePort()
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'log_min_messages=fatal',
  ]
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawn(postgres, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  process.once('exit', () => child.kill('SIGQUIT'))
  const stop = async () => {
    if (child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGINT')
    await gone
  }
  for (let waited = 0; waited < READY_SECONDS && child.exitCode === null; waited += 0.1) {
    if (await answers(port)) return { env: { DATABASE_URL: address(port) }, stop }
    await delay(100)
  }
  await stop()
  throw new UserError(`PostgreSQL did not start on ${data}; see above, or set DATABASE_URL.`)
}

/** A server whose process was killed before it could end its own. @param {string} data */
async function endForgotten(data) {
  const command = findPostgres('pg_ctl')
  if (!command || !existsSync(join(data, 'postmaster.pid'))) return
  await run(command, ['stop', '-D', data, '-m', 'fast'], { quiet: true })
}

/** @param {number} port */
async function answers(port) {
  const args = ['-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres']
  return (await run(findPostgres('pg_isready') ?? 'pg_isready', args, { quiet: true })).code === 0
}

/** @param {string} data */
async function startEmbedded(data) {
  await prepare(data, async (draft) => (await PGlite.create(draft)).close())
  const db = await PGlite.create(data)
  const port = await freePort()
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port })
  await server.start()
  const stop = async () => {
    await server.stop()
    await db.close()
  }
  return { env: { DATABASE_URL: address(port), API_DATABASE_CONNECTIONS: '1' }, stop }
}

/**
 * Two servers on one folder would destroy it. The lock of a process that is gone is void.
 * @param {string} folder
 */
function lock(folder) {
  const file = join(folder, 'lock')
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (holder > 0 && holder !== process.pid && isRunning(holder)) {
    throw new UserError(`The data directory ${display(folder)} is in use by process ${holder}.`)
  }
  writeFileSync(file, String(process.pid))
  process.once('exit', () => rmSync(file, { force: true }))
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * The first start takes seconds. Cut short, it leaves a draft behind, never half a database.
 * @param {string} data
 * @param {(draft: string) => Promise<unknown>} create
 */
async function prepare(data, create) {
  if (existsSync(data)) return
  const draft = `${data}.new`
  rmSync(draft, { recursive: true, force: true })
  await create(draft)
  renameSync(draft, data)
}

/** @param {number} port */
const address = (port) => `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`
