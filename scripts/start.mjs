#!/usr/bin/env node
import { join } from 'node:path'
import { buildPackages } from './lib/build.mjs'
import { prepareDataFolder } from './lib/data-folder.mjs'
import { checkDatabaseUrl } from './lib/database-url.mjs'
import { checkNode, ensureDependencies } from './lib/dependencies.mjs'
import { DEFAULT_EXAMPLE, EXAMPLES, exampleNamed, portUses } from './lib/examples.mjs'
import { ensureFastapi } from './lib/fastapi.mjs'
import { interruption } from './lib/interruption.mjs'
import { display } from './lib/paths.mjs'
import { checkPorts } from './lib/ports.mjs'
import { signalRunning } from './lib/run.mjs'
import { loadSecrets } from './lib/secrets.mjs'
import { readSettings, showsMail } from './lib/services.mjs'
import { supervise } from './lib/supervise.mjs'
import { report, UserError } from './lib/user-error.mjs'

const HELP = `npm start: an auth server, an API and a web app on this machine.

The first start installs and builds what is missing and makes secrets. Later starts reuse it all.

  --api hono             the API on Hono (examples/api-hono); this is the default
  --api fastapi          the same API in Python (examples/api-fastapi); needs Python 3.10 or newer
${Object.entries(EXAMPLES).map(helpLine).join('\n')}

  PORT                   port of the web app, 3000
  API_PORT               port of the API, 8000
  COUNTERSIGN_PORT       port of the auth server, 4400
  DATABASE_URL           a PostgreSQL for auth server and API; without it each has an embedded one
  COUNTERSIGN_STATE_DIR  folder of the secrets and embedded databases, .countersign

Variables of the environment win over the secrets file.`

/** @typedef {import('./lib/services.mjs').Settings} Settings */
/** @typedef {import('./lib/examples.mjs').Example} Example */
/** @typedef {ReturnType<typeof supervise>} Supervised */

/** @param {[string, import('./lib/examples.mjs').Example]} example */
function helpLine([name, { summary }]) {
  const isDefault = name === DEFAULT_EXAMPLE ? '; this is the default' : ''
  return `${`  --example ${name}`.padEnd(24)} ${summary}${isDefault}`
}

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
    const { api, example } = choose(args)
    const settings = readSettings(env, api)
    const services = await Promise.race([prepare(example, settings, env), stopped])
    if (services) await runUntil(stopped, supervise(services), welcome(example, settings))
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
 * Each flag once at most, in any order.
 * @param {readonly string[]} args
 * @returns {{ api: import('./lib/services.mjs').Api, example: Example }}
 */
function choose(args) {
  const chosen = new Map(pairs(args))
  const { '--api': api = 'hono', '--example': name, ...others } = Object.fromEntries(chosen)
  const isComplete = Object.keys(others).length === 0 && chosen.size * 2 === args.length
  if (isComplete && (api === 'hono' || api === 'fastapi'))
    return { api, example: exampleNamed(name) }
  throw new UserError(
    'npm start takes --api hono or --api fastapi, and --example with a name; nothing else.',
  )
}

/**
 * @param {readonly string[]} args
 * @returns {[string, string][]}
 */
function pairs([flag, value, ...rest]) {
  return flag === undefined ? [] : [[flag, value ?? ''], ...pairs(rest)]
}

/**
 * Everything before the first process, cheap checks first.
 * @param {Example} example
 * @param {Settings} settings
 * @param {NodeJS.ProcessEnv} env
 */
async function prepare(example, settings, env) {
  checkNode()
  await checkPorts(portUses(example, settings))
  const secrets = loadSecrets(join(settings.stateFolder, 'secrets.env'), env)
  if (settings.databaseUrl) await checkDatabaseUrl(settings.databaseUrl)
  else {
    prepareDataFolder(settings.authDataFolder, 'COUNTERSIGN_DATA_DIR')
    prepareDataFolder(settings.apiDataFolder, 'API_DATA_DIR')
  }
  await ensureDependencies(console.log)
  if (settings.api === 'fastapi') await ensureFastapi(console.log)
  await buildPackages(console.log)
  await example.build(console.log)
  return example.services(settings, secrets, env)
}

/**
 * @param {Promise<null>} stopped
 * @param {Supervised} supervised
 * @param {() => string} words Said once everything is up.
 */
async function runUntil(stopped, { ready, failed, stop }, words) {
  try {
    const isReady = ready.then(() => true)
    if (!(await Promise.race([isReady, stopped]))) return
    console.log(words())
    await Promise.race([failed, stopped])
    console.log('\nStopping …')
  } finally {
    await stop()
  }
}

/**
 * @param {Example} example
 * @param {Settings} settings
 * @returns {() => string}
 */
function welcome({ parts, tryIt, apiFolder }, settings) {
  const { webOrigin, api, apiUrl, authUrl, stateFolder, databaseUrl } = settings
  const mail = showsMail(process.env, settings) ? `\n  mail         ${authUrl}/dev/mail` : ''
  const places = {
    web: `  web app      ${webOrigin}`,
    api: `  API          ${apiUrl} (${apiFolder ?? `examples/api-${api}`})`,
    auth: `  auth server  ${authUrl}/api/auth${mail}`,
  }
  const data = databaseUrl ? 'DATABASE_URL' : `${display(stateFolder)} (delete it to start afresh)`
  return () => `
Countersign is running after ${((performance.now() - began) / 1000).toFixed(1)} s.

${parts.map((part) => places[part]).join('\n')}
  data         ${data}

Try it: open ${webOrigin}, ${tryIt}.
Then kill -9 ${process.pid}, start it again in the same way and reload: you are still signed in, the task is still there.
How it works: README.md and docs/. Stop with Ctrl-C.
`
}
