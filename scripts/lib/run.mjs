import { spawn } from 'node:child_process'
import { ROOT } from './paths.mjs'
import { UserError } from './user-error.mjs'

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** @typedef {{ code: number, output: string }} Result */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quiet] Keeps the output for the result instead of showing it.
 * @property {number} [uid]
 * @property {number} [gid]
 */

/**
 * Runs a command to its end; never throws for an exit code. 127 means that it could not be started.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Result>}
 */
export function run(command, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? 'pipe' : 'inherit'
    const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ['ignore', stdio, stdio] })
    running.add(child)
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString()
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const end = (/** @type {number} */ code) => {
      running.delete(child)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      end(127)
    })
    child.once('close', (code) => end(code ?? 1))
  })
}

/**
 * Runs a command that has to succeed, and shows its output only if it does not.
 * @param {string} what The sentence's subject: "npm ci", "the build of the packages"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function runOrFail(what, command, args, options = {}) {
  const result = await run(command, args, { quiet: true, ...options })
  if (result.code === 0) return result
  const error = new UserError(`${what} failed with exit code ${result.code}; see above.`)
  error.output = result.output
  throw error
}

/** Passes a signal on to every command that is running. @param {NodeJS.Signals} signal */
export function signalRunning(signal) {
  for (const child of running) child.kill(signal)
}

/**
 * npm as a command and its first arguments: the npm that started this script, else the one in PATH.
 * @param {readonly string[]} args
 * @returns {[string, string[]]}
 */
export function npm(args) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('npm-cli.js') ? [process.execPath, [cli, ...args]] : ['npm', [...args]]
}
