import { rmSync } from 'node:fs'
import { unprivilegedAccount } from './accounts.mjs'
import { findExecutable, postgresFolders } from './executables.mjs'
import { freePort } from './ports.mjs'
import { run } from './run.mjs'
import { runTemporaryServer, temporaryFolder } from './temporary-server.mjs'
import { UserError } from './user-error.mjs'

/** Path of one of PostgreSQL's programs, if it is installed. @param {string} name */
export const findPostgres = (name) => findExecutable([name], postgresFolders())

/**
 * Starts an empty PostgreSQL of its own on a free port of 127.0.0.1, with the user and database
 * `postgres` and no password. `stop` deletes it.
 * @param {object} [options]
 * @param {boolean} [options.fsync] Write through to the disk, as in production; default false.
 * @param {readonly string[]} [options.settings] Further settings: `shared_buffers=256MB`
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void> }>}
 */
export async function startPostgres({ fsync = false, settings = [] } = {}) {
  const [initdb, postgres] = [findPostgres('initdb'), findPostgres('postgres')]
  if (!initdb || !postgres) throw new UserError('PostgreSQL 15 or newer is needed: install it.')
  const account = unprivilegedAccount(['postgres', 'nobody'])
  const folder = temporaryFolder('postgres', account)
  await initialise(initdb, folder, account)
  const port = await freePort()
  const { stop } = await runTemporaryServer({
    title: 'PostgreSQL',
    command: postgres,
    args: serverArguments({ folder, port, fsync, settings }),
    ...{ folder, port, account },
    ...{ stopSignal: 'SIGINT', abortSignal: 'SIGQUIT' },
    isReady: () => answersQueries(port),
  })
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, stop }
}

/**
 * @param {string} initdb
 * @param {string} folder
 * @param {import('./temporary-server.mjs').Account} account
 */
async function initialise(initdb, folder, account) {
  const names = ['-D', folder, '-U', 'postgres', '-A', 'trust']
  const args = [...names, '-E', 'UTF8', '--locale=C', '--no-sync']
  const result = await run(initdb, args, { cwd: folder, quiet: true, ...account })
  if (result.code === 0) return
  rmSync(folder, { recursive: true, force: true })
  const error = new UserError('PostgreSQL could not create a database folder; see above.')
  error.output = result.output
  throw error
}

/** @param {{ folder: string, port: number, fsync: boolean, settings: readonly string[] }} options */
function serverArguments({ folder, port, fsync, settings }) {
  const all = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(fsync ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...settings,
  ]
  return ['-D', folder, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])]
}

/** It accepts connections some time before it answers them. @param {number} port */
async function answersQueries(port) {
  const command = findPostgres('pg_isready')
  if (!command) throw new UserError('pg_isready, a part of PostgreSQL, is missing.')
  const { code } = await run(command, ['-q', '-h', '127.0.0.1', '-p', String(port)], {
    quiet: true,
  })
  return code === 0
}
