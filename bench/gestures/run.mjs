#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { interruption } from '../../scripts/lib/interruption.mjs'
import { ROOT } from '../../scripts/lib/paths.mjs'
import { signalRunning } from '../../scripts/lib/run.mjs'
import { report, UserError } from '../../scripts/lib/user-error.mjs'
import { startCountersign, startStrictCountersign } from './countersign-stack.mjs'
import { durationOf, measure } from './driver.mjs'
import { GESTURES } from './gestures.mjs'
import { startNextAuth } from './next-auth-stack.mjs'
import { formatTable } from './table.mjs'

const STACKS = {
  'next-auth': startNextAuth,
  countersign: startCountersign,
  'countersign-strict': startStrictCountersign,
}
const COMPARED = ['next-auth', 'countersign']
const DEFAULT_EXPIRIES = 20

/** @typedef {import('./driver.mjs').Result} Result */
/** @typedef {{ gesture: string, nextAuth?: Result, countersign?: Result }} Row */
/** @typedef {(line: string) => void} Print */

/**
 * How often a user is logged out by what they do after an access token has run out: next-auth with
 * the refresh recipe of its guide before a strict backend, and Countersign.
 * Throws a `UserError` if something does not build or start, or on Ctrl-C; never for a number.
 * @param {{ expiries?: number, only?: string, print?: Print }} [options] `expiries` per gesture;
 * `only` one side, or the control `countersign-strict`
 * @returns {Promise<Row[]>}
 */
export async function run({ expiries = DEFAULT_EXPIRIES, only, print = console.log } = {}) {
  const { asked, forget } = interruption()
  const interrupted = asked.then(() => {
    signalRunning('SIGTERM')
    throw new UserError('The measurement was interrupted.')
  })
  interrupted.catch(() => {})
  describeMachine(print)
  /** @type {Row[]} */
  let rows = GESTURES.map(({ title }) => ({ gesture: title }))
  try {
    for (const [name, start] of Object.entries(STACKS)) {
      if (only ? only !== name : !COMPARED.includes(name)) continue
      const { column, results } = await runStack(name, start, { expiries, print, interrupted })
      rows = rows.map((row, index) => ({ ...row, [column]: results[index] }))
    }
  } finally {
    forget()
  }
  for (const line of formatTable(rows)) print(line)
  return rows
}

/**
 * @param {string} name
 * @param {(print: Print) => Promise<import('./driver.mjs').Stack>} start
 * @param {{ expiries: number, print: Print, interrupted: Promise<never> }} options
 */
async function runStack(name, start, { expiries, print, interrupted }) {
  const stack = await start(print)
  try {
    const seconds = Math.ceil(durationOf(stack, expiries))
    print(`${name}: ${GESTURES.length} gestures, ${expiries} expiries each, about ${seconds} s`)
    const results = await Promise.race([measure(stack, expiries), interrupted])
    return { column: stack.column, results }
  } finally {
    await stack.stop()
  }
}

/** @param {Print} print */
function describeMachine(print) {
  const [processor] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]?.toFixed(1)
  print(
    `${cpus().length} × ${processor?.model ?? 'unknown processor'}, ${memory} GiB, load ${load}`,
  )
  const packages = ['next', 'next-auth', '@countersign/next', '@countersign/server']
  const versions = packages.map((name) => `${name} ${versionOf(name)}`)
  print(['Node.js', process.version, ...versions.map((text) => `· ${text}`)].join(' '))
}

/** @param {string} name */
function versionOf(name) {
  const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return JSON.parse(manifest).version
}

/** The command. Its exit code says whether the measurement took place, not what it found. */
async function main() {
  try {
    const { expiries, only } = readArguments()
    await run({ expiries, ...(only ? { only } : {}) })
    return 0
  } catch (error) {
    report(error)
    return 1
  }
}

function readArguments() {
  const options = /** @type {const} */ ({
    expiries: { type: 'string', default: String(DEFAULT_EXPIRIES) },
    only: { type: 'string' },
  })
  const { values } = parseArgs({ options })
  const expiries = Number(values.expiries)
  if (!Number.isInteger(expiries) || expiries < 1) {
    throw new UserError('--expiries takes a whole number from 1.')
  }
  if (values.only !== undefined && !(values.only in STACKS)) {
    throw new UserError(`--only takes ${Object.keys(STACKS).join(' or ')}.`)
  }
  return { expiries, only: values.only }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main())
