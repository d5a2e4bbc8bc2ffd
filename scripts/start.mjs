#!/usr/bin/env node
import { join } from 'node:path'
import { buildPackages, buildWeb } from './lib/build.mjs'
import { prepareDataFolder } from './lib/data-folder.mjs'
import { checkDatabaseUrl } from './lib/database-url.mjs'
import { checkNode, ensureDependencies } from './lib/dependencies.mjs'
import { ensureFastapi } from './lib/fastapi.mjs'
import { interruption } from './lib/interruption.mjs'
import { display } from './lib/paths.mjs'
import { checkPorts } from './lib/ports.mjs'
import { signalRunning } from './lib/run.mjs'
import { loadSecrets } from './lib/secrets.mjs'
import { describeServices, portUses, readSettings } from './lib/services.mjs'
import { supervise } from './lib/supervise.mjs'
import { report, UserError } from './lib/user-error.mjs'

const HELP = `npm start: an auth server, an API and a web app on this machine.

The first start installs and builds what is missing and makes secrets. Later starts reuse it all.

  --api hono             the API on Hono (examples/api-hono); this is the default
  --api fastapi          the same API in Python (examples/api-fastapi); needs Python 3.10 or newer

  PORT                   port of the web app, 3000
  API_PORT               port of the API, 8000
  COUNTERSIGN_PORT       port of the auth server, 4400
  DATABASE_URL           a PostgreSQL for auth server and API; without it each has an embedded one
  COUNTERSIGN_STATE_DIR  folder of the secrets and embedded databases, .countersign

Variables of the environment win over the secrets file.`

/** @typedef {import('./lib/services.mjs').Settings} Settings */
/** @typedef {ReturnType<typeof supervise>} Supervised */

const began = performance.now()
if (process.argv.includes('--help')) console.log(HELP)
else process.exit(await main(process.argv.slice(2), process.env))

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function main(args, env) {
  const { asked, forget } = interruption()
  const stopped = asked.then(() => null)
  try {
    const settings = readSettings(env, chooseApi(args))
    const services = await Promise.race([prepare(settings, env), stopped])
    if (services) await runUntil(stopped, supervise(services), settings)
    return 0
  } catch (error) {
    report(error)
    return 1
  } finally {
    signalRunning('SIGTERM')
    forget()
  }
}

/**
 * @param {readonly string[]} args
 * @returns {import('./lib/services.mjs').Api}
 */
function chooseApi([flag, name, ...rest]) {
  if (flag === undefined) return 'hono'
  const isKnown = flag === '--api' && (name === 'hono' || name === 'fastapi')
  if (isKnown && rest.length === 0) return name
  throw new UserError('npm start takes --api hono or --api fastapi, and nothing else.')
}

/**
 * Everything before the first process, cheap checks first.
 * @param {Settings} settings
 * @param {NodeJS.ProcessEnv} env
 */
async function prepare(settings, env) {
  checkNode()
  await checkPorts(portUses(settings))
  const secrets = loadSecrets(join(settings.stateFolder, 'secrets.env'), env)
  if (settings.databaseUrl) await checkDatabaseUrl(settings.databaseUrl)
  else {
    prepareDataFolder(settings.authDataFolder, 'COUNTERSIGN_DATA_DIR')
    prepareDataFolder(settings.apiDataFolder, 'API_DATA_DIR')
  }
  await ensureDependencies(console.log)
  if (settings.api === 'fastapi') await ensureFastapi(console.log)
  await buildPackages(console.log)
  await buildWeb(console.log)
  return describeServices(settings, secrets, env)
}

/**
 * @param {Promise<null>} stopped
 * @param {Supervised} supervised
 * @param {Settings} settings
 */
async function runUntil(stopped, { ready, failed, stop }, settings) {
  try {
    const isReady = ready.then(() => true)
    if (!(await Promise.race([isReady, stopped]))) return
    console.log(welcome(settings))
    await Promise.race([failed, stopped])
    console.log('\nStopping …')
  } finally {
    await stop()
  }
}

/** @param {Settings} settings */
function welcome({ webOrigin, api, apiUrl, authUrl, stateFolder, databaseUrl }) {
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const data = databaseUrl ? 'DATABASE_URL' : `${display(stateFolder)} (delete it to start afresh)`
  return `
Countersign is running after ${seconds} s.

  web app      ${webOrigin}
  API          ${apiUrl} (examples/api-${api})
  auth server  ${authUrl}/api/auth
  data         ${data}

Try it: open ${webOrigin}, create an account and add a task.
Then kill -9 ${process.pid}, run npm start again and reload: you are still signed in, the task is still there.
How it works: README.md and docs/. Stop with Ctrl-C.
`
}
