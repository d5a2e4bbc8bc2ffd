import { join } from 'node:path'
import { authJsBackend, authJsServices } from './auth-js.mjs'
import { issuerServices } from './better-auth-issuer.mjs'
import { buildWeb } from './build.mjs'
import { ROOT } from './paths.mjs'
import { describeServices } from './services.mjs'
import { buildSpa, spaServices } from './spa.mjs'
import { UserError } from './user-error.mjs'

/** @typedef {import('./services.mjs').Settings} Settings */
/** @typedef {import('./secrets.mjs').Secrets} Secrets */
/** @typedef {import('./supervise.mjs').Service} Service */
/** @typedef {'web' | 'api' | 'auth'} Part */

/**
 * @typedef {object} Example
 * @property {string} summary What it shows, in one line.
 * @property {readonly Part[]} parts What it runs, for its ports and its welcome.
 * @property {(log: (line: string) => void) => Promise<void>} build Builds its web app, unless nothing has changed.
 * @property {(settings: Settings, secrets: Secrets, env: NodeJS.ProcessEnv) => readonly Service[]} services
 * @property {string} tryIt What to do in the web app, as the end of a sentence.
 * @property {string | undefined} [apiFolder] Where its API is, if it is none of the two.
 */

/** What `npm start -- --example NAME` starts. @type {Readonly<Record<string, Example>>} */
export const EXAMPLES = {
  todo: {
    summary: 'a todo list on Next.js',
    parts: ['web', 'api', 'auth'],
    build: (log) => buildWeb(log, 'todo'),
    services: describeServices,
    tryIt: 'create an account and add a task',
  },
  'better-auth-manager': {
    summary: 'a list on Next.js whose pages use Better Auth',
    parts: ['web', 'api', 'auth'],
    build: (log) => buildWeb(log, 'better-auth-manager'),
    services: (settings, secrets, env) => {
      const [auth, api, web] = describeServices(settings, secrets, env)
      return [auth, api, { ...web, cwd: join(ROOT, 'examples/better-auth-manager') }]
    },
    tryIt: 'create an account and add a task',
  },
  'better-auth-issuer': {
    summary: 'a list on Next.js where Better Auth owns the users, without an auth server',
    parts: ['web', 'api'],
    build: (log) => buildWeb(log, 'better-auth-issuer'),
    services: issuerServices,
    tryIt: 'create an account and add a task',
  },
  'auth-js': {
    summary: 'a list on Next.js with Auth.js in front of a backend that was there before',
    /** @returns {readonly Part[]} */
    get parts() {
      return authJsBackend(process.env) === 'countersign' ? ['web', 'api', 'auth'] : ['web', 'api']
    },
    get apiFolder() {
      const isForeign = authJsBackend(process.env) === 'consultation'
      return isForeign ? 'examples/auth-js/backend' : undefined
    },
    build: (log) => buildWeb(log, 'auth-js'),
    services: authJsServices,
    tryIt: 'create an account and add a task',
  },
  spa: {
    summary: 'the same list as a single-page app, without a web server of its own',
    parts: ['web', 'api', 'auth'],
    build: buildSpa,
    services: spaServices,
    tryIt: 'create an account, add a task and open a second tab',
  },
}

export const DEFAULT_EXAMPLE = 'todo'

/** Throws a `UserError` for a name that is not in the table. @param {string | undefined} name */
export function exampleNamed(name = DEFAULT_EXAMPLE) {
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined
  if (example) return example
  throw new UserError(`--example takes ${Object.keys(EXAMPLES).join(', ')}, and nothing else.`)
}

/** Builds the web apps of all examples, one after the other. @param {(line: string) => void} log */
export async function buildExamples(log) {
  for (const { build } of Object.values(EXAMPLES)) await build(log)
}

/**
 * The ports of a start, and how to change them.
 * @param {Example} example
 * @param {Settings} settings
 */
export function portUses({ parts }, { webPort, apiPort, authPort }) {
  const uses = {
    web: { port: webPort, variable: 'PORT', title: 'the web app' },
    api: { port: apiPort, variable: 'API_PORT', title: 'the API' },
    auth: { port: authPort, variable: 'COUNTERSIGN_PORT', title: 'the auth server' },
  }
  return parts.map((part) => uses[part])
}
