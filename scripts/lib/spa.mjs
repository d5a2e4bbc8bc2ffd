import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildEnvironment, LOCK } from './build.mjs'
import { fingerprint, isStamped, stamp } from './fingerprint.mjs'
import { bin, ROOT } from './paths.mjs'
import { runOrFail } from './run.mjs'
import { describeServices } from './services.mjs'

/** @typedef {import('./services.mjs').Settings} Settings */
/** @typedef {import('./secrets.mjs').Secrets} Secrets */
/** @typedef {import('./supervise.mjs').Service} Service */

/** The single-page application. Its look is that of the example `todo`. */
const SPA = join(ROOT, 'examples/spa')

/**
 * Checks the types of the single-page application and builds it, unless nothing has changed since.
 * The addresses of the servers come into the page when it is served.
 * @param {(line: string) => void} log
 */
export async function buildSpa(log) {
  const sources = ['examples/spa', 'examples/todo', 'packages/client']
  const value = fingerprint([...sources.map((path) => join(ROOT, path)), LOCK])
  if (existsSync(join(SPA, 'dist/index.html')) && isStamped('spa', value)) return
  log('Building the single-page app examples/spa (vite build) …')
  const options = { cwd: SPA, env: buildEnvironment() }
  await runOrFail('The type check of the single-page app', bin('tsc'), ['--noEmit'], options)
  await runOrFail('The build of the single-page app', bin('vite'), ['build'], options)
  stamp('spa', value)
}

/**
 * Auth server and API as always; the page comes from a server of files, which gets no secret.
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly Service[]}
 */
export function spaServices(settings, secrets, env) {
  const [auth, api, web] = describeServices(settings, secrets, env)
  return [auth, api, { ...web, args: [join(SPA, 'server.mjs')], cwd: SPA, env: ownEnv(settings) }]
}

/** @param {Settings} settings @returns {NodeJS.ProcessEnv} */
const ownEnv = ({ webPort, authUrl, apiUrl }) => ({
  PATH: process.env.PATH,
  PORT: String(webPort),
  HOST: 'localhost',
  COUNTERSIGN_URL: authUrl,
  API_URL: apiUrl,
})
