import { createHmac, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { display } from './paths.mjs'
import { UserError } from './user-error.mjs'

/** What the three processes keep from each other and from everybody else. */
export const SECRET_NAMES = /** @type {const} */ ([
  'COUNTERSIGN_SECRET',
  'COUNTERSIGN_COOKIE_SECRET',
  'COUNTERSIGN_CLIENT_SECRET',
  'COUNTERSIGN_API_CLIENT_SECRET',
])

/** Not yet in files of earlier releases. A new one signs nobody out. */
const ADDED_LATER = ['COUNTERSIGN_API_CLIENT_SECRET']

/** @typedef {Record<(typeof SECRET_NAMES)[number], string>} Secrets */

const MIN_BYTES = 32
const MIN_DISTINCT_CHARACTERS = 10

/**
 * The secrets: from the environment, else from the file, which is made on the first start
 * (mode 0600 in a folder of mode 0700). Throws a `UserError` for one that is missing or weak.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 * @returns {Secrets}
 */
export function loadSecrets(file, env) {
  const needed = SECRET_NAMES.some((name) => env[name] === undefined)
  if (needed && !existsSync(file)) createSecrets(file)
  else if (needed) addSecrets(file)
  const stored = needed ? readSecrets(file) : {}
  const secrets = SECRET_NAMES.map((name) => [name, pick(name, env[name], stored[name], file)])
  return Object.fromEntries(secrets)
}

/**
 * @param {string} name
 * @param {string | undefined} own
 * @param {string | undefined} stored
 * @param {string} file
 */
function pick(name, own, stored, file) {
  const place = own === undefined ? display(file) : 'the environment'
  const value = own ?? stored
  if (value === undefined || value === '') {
    throw new UserError(`${name} is missing in ${place}: ${remedy(own, file)}.`)
  }
  const fault = weakness(value)
  if (fault) throw new UserError(`${name} in ${place} ${fault}: ${remedy(own, file)}.`)
  return value
}

/**
 * @param {string | undefined} own
 * @param {string} file
 */
function remedy(own, file) {
  const make = 'put the output of `openssl rand -base64 32` there'
  if (own !== undefined) return `${make}, or unset it`
  return `${make}, or delete ${display(file)} and a new one is made (which signs everybody out)`
}

/**
 * What is wrong with a secret, as the end of a sentence; undefined if nothing is.
 * @param {string} value
 */
export function weakness(value) {
  if (Buffer.byteLength(value) < MIN_BYTES) return `is shorter than ${MIN_BYTES} bytes`
  if (new Set(value).size < MIN_DISTINCT_CHARACTERS) return 'is not random'
  return undefined
}

/** A secret for one purpose, which no file has to hold. @param {Secrets} secrets @param {string} purpose */
export function derived({ COUNTERSIGN_SECRET }, purpose) {
  return createHmac('sha256', COUNTERSIGN_SECRET).update(`example/${purpose}`).digest('base64url')
}

/** @param {string} file */
function createSecrets(file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, SECRET_NAMES.map(newLine).join(''), { mode: 0o600, flag: 'wx' })
}

/** @param {string} file */
function addSecrets(file) {
  const stored = readSecrets(file)
  const missing = ADDED_LATER.filter((name) => stored[name] === undefined)
  if (missing.length > 0) appendFileSync(file, `\n${missing.map(newLine).join('')}`)
}

/** @param {string} name */
const newLine = (name) => `${name}=${randomBytes(32).toString('base64url')}\n`

/**
 * @param {string} file
 * @returns {Record<string, string>}
 */
function readSecrets(file) {
  let text
  try {
    chmodSync(file, 0o600)
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UserError(`The secrets in ${display(file)} cannot be read.`, { cause })
  }
  const lines = text.split('\n').map((line) => /^\s*([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line))
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]]] : [])))
}
