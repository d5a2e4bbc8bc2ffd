import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { unprivilegedAccount } from '../../scripts/lib/accounts.mjs'
import { findPostgres } from '../../scripts/lib/postgres.mjs'
import { runOrFail } from '../../scripts/lib/run.mjs'
import { temporaryFolder } from '../../scripts/lib/temporary-server.mjs'
import { deleteAtExit, deleteNow } from './leftovers.js'
import { freePorts } from './ports.js'

const GUARD = new URL('../../scripts/lib/parent-guard.mjs', import.meta.url).href
const TETHERED = fileURLToPath(new URL('./tethered.mjs', import.meta.url))
const START_SECONDS = 30

/** A PostgreSQL of its own that keeps its data while it is stopped. */
export interface Postgres {
  readonly url: string
  start(): Promise<void>
  /** Ends connections with a message, as an administrator does. */
  stop(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

/** Prepares a PostgreSQL on a free port of 127.0.0.1; `start` runs it. */
export async function preparePostgres(): Promise<Postgres> {
  const initdb = findPostgres('initdb')
  const command = findPostgres('postgres')
  if (!initdb || !command) throw new Error('PostgreSQL 15 or newer is needed: install it')
  const account = unprivilegedAccount(['postgres', 'nobody'])
  const folder = temporaryFolder('e2e-postgres', account)
  deleteAtExit(folder)
  const [port = 0] = await freePorts(1)
  await runOrFail(
    'initdb',
    initdb,
    ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { cwd: folder, ...account },
  )
  let child: ChildProcess | undefined
  const stop = async () => {
    if (child && child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
    child = undefined
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      child = launch({ command, args: settings(folder, port), signal: 'SIGINT', ...account })
      await untilReady(folder, child)
    },
    stop,
    async remove() {
      await stop()
      deleteNow(folder)
    },
  }
}

/** Without fsync: the machine does not lose power during a test. */
function settings(folder: string, port: number): readonly string[] {
  const values = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'full_page_writes=off',
  ]
  return ['-D', folder, ...values.flatMap((value) => ['-c', value])]
}

function launch(program: Record<string, unknown>): ChildProcess {
  const args = ['--import', GUARD, TETHERED, JSON.stringify(program)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}

async function untilReady(folder: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000
  while (!(await isReady(folder))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error('PostgreSQL did not start')
    }
    await delay(50)
  }
}

/** It takes connections before it answers queries; the last line of this file tells which. */
async function isReady(folder: string): Promise<boolean> {
  const state = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  return state.trimEnd().endsWith('ready')
}
