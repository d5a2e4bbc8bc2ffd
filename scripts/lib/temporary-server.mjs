import { spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { accepts } from './ports.mjs'
import { UserError } from './user-error.mjs'

const READY_SECONDS = 30

/** @typedef {{ uid: number, gid: number } | undefined} Account */

/**
 * A new empty folder, owned by the account that a server runs as.
 * @param {string} name
 * @param {Account} account
 */
export function temporaryFolder(name, account) {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`))
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/**
 * Runs a server whose data live in a temporary folder; `stop` ends it and deletes the folder, as
 * does the end of this process.
 * @param {object} server
 * @param {string} server.title
 * @param {string} server.command
 * @param {readonly string[]} server.args
 * @param {string} server.folder
 * @param {number} server.port
 * @param {NodeJS.Signals} server.stopSignal Asks it to end in order.
 * @param {NodeJS.Signals} server.abortSignal Ends it at once, when this process ends unexpectedly.
 * @param {Account} [server.account]
 * @param {() => Promise<boolean>} [server.isReady] Whether it serves; by default, accepts connections.
 */
export async function runTemporaryServer({ title, command, args, folder, port, ...options }) {
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.account,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4000)
    })
  }
  const ended = new Promise((resolve) => {
    child.once('close', resolve)
    child.once('error', resolve)
  })
  const emergency = () => {
    child.kill(options.abortSignal)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', emergency)
  const stop = async () => {
    child.kill(options.stopSignal)
    await ended
    process.off('exit', emergency)
    rmSync(folder, { recursive: true, force: true })
  }
  const isReady = options.isReady ?? (() => accepts('127.0.0.1', port))
  if (await isUp(isReady, child)) return { stop }
  await stop()
  const error = new UserError(`${title} did not start; its last words are above.`)
  error.output = output
  throw error
}

/**
 * @param {() => Promise<boolean>} isReady
 * @param {import('node:child_process').ChildProcess} child
 */
async function isUp(isReady, child) {
  for (let waited = 0; waited < READY_SECONDS; waited += 0.1) {
    if (child.exitCode !== null || child.pid === undefined) return false
    if (await isReady()) return true
    await delay(100)
  }
  return false
}
