import { join, resolve } from 'node:path'
import { API, FASTAPI, ROOT, WEB } from './paths.mjs'
import { portFrom } from './ports.mjs'
import { SECRET_NAMES } from './secrets.mjs'

/** @typedef {import('./secrets.mjs').Secrets} Secrets */
/** @typedef {import('./supervise.mjs').Service} Service */

const DATABASE_NAMES = ['DATABASE_URL', 'DIRECT_URL']

/** With these the auth server speaks to the providers of social sign-in. */
const PROVIDER_SECRETS = [
  'GOOGLE_CLIENT_SECRET',
  'GITHUB_CLIENT_SECRET',
  'COUNTERSIGN_OIDC_CLIENT_SECRET',
]

/** What is started of each API, and where its data are. */
const API_PROGRAMS = {
  hono: { args: [join(API, 'dist/index.js')], cwd: API },
  fastapi: { args: [join(ROOT, 'scripts/lib/fastapi-service.mjs')], cwd: FASTAPI },
}
const API_DATA = { hono: 'data/api', fastapi: 'data/api-fastapi' }

/** @typedef {'hono' | 'fastapi'} Api */

/**
 * What the environment says about a start, with its standard values filled in.
 * @param {NodeJS.ProcessEnv} env
 * @param {Api} [api] Which of the two APIs.
 */
export function readSettings(env, api = 'hono') {
  const stateFolder = resolve(ROOT, env.COUNTERSIGN_STATE_DIR || '.countersign')
  const webPort = portFrom(env, 'PORT', 3000)
  const apiPort = portFrom(env, 'API_PORT', 8000)
  const authPort = portFrom(env, 'COUNTERSIGN_PORT', 4400)
  return {
    ...{ api, webPort, apiPort, authPort, stateFolder },
    webOrigin: env.COUNTERSIGN_WEB_ORIGIN || `http://localhost:${webPort}`,
    apiUrl: env.NEXT_PUBLIC_API_BASE_URL || `http://localhost:${apiPort}`,
    authUrl: env.COUNTERSIGN_URL || `http://localhost:${authPort}`,
    audience: env.COUNTERSIGN_AUDIENCE || 'todo-api',
    clientId: env.COUNTERSIGN_CLIENT_ID || 'todo-web',
    apiClientId: env.COUNTERSIGN_API_CLIENT_ID || 'todo-api',
    databaseUrl: env.DATABASE_URL || undefined,
    authDataFolder: resolve(ROOT, env.COUNTERSIGN_DATA_DIR || join(stateFolder, 'data/auth')),
    apiDataFolder: resolve(ROOT, env.API_DATA_DIR || join(stateFolder, API_DATA[api])),
  }
}

/** @typedef {ReturnType<typeof readSettings>} Settings */

/**
 * The three processes of the example `todo`. Each gets the secrets that it needs and no other.
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {[Service, Service, Service]}
 */
export function describeServices(settings, secrets, env) {
  return [
    authService(settings, secrets, env),
    apiService(settings, secrets, env),
    webService(settings, secrets, env),
  ]
}

/**
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {Service}
 */
function authService(settings, secrets, env) {
  return {
    ...{ name: 'auth', title: 'The auth server', colour: '36' },
    args: [join(ROOT, 'packages/server/dist/cli.js'), 'serve'],
    cwd: ROOT,
    env: {
      ...without(env, SECRET_NAMES),
      ...shared(settings),
      COUNTERSIGN_PORT: String(settings.authPort),
      COUNTERSIGN_HOST: 'localhost',
      COUNTERSIGN_SECRET: secrets.COUNTERSIGN_SECRET,
      COUNTERSIGN_TRUSTED_ORIGINS: env.COUNTERSIGN_TRUSTED_ORIGINS || settings.webOrigin,
      COUNTERSIGN_WEB_URL: env.COUNTERSIGN_WEB_URL || settings.webOrigin,
      ...mailbox(env, settings),
      COUNTERSIGN_CLIENT_ID: settings.clientId,
      COUNTERSIGN_CLIENT_SECRET: secrets.COUNTERSIGN_CLIENT_SECRET,
      ...apiClient(settings, secrets),
      ...(settings.databaseUrl ? {} : { COUNTERSIGN_DATA_DIR: settings.authDataFolder }),
    },
    healthUrl: `http://localhost:${settings.authPort}/api/auth/health/ready`,
  }
}

/**
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {Service}
 */
function apiService(settings, secrets, env) {
  return {
    ...{ name: 'api', title: 'The API', colour: '35' },
    ...API_PROGRAMS[settings.api],
    env: {
      ...without(env, [...SECRET_NAMES, ...PROVIDER_SECRETS]),
      ...shared(settings),
      PORT: String(settings.apiPort),
      HOST: 'localhost',
      ...apiClient(settings, secrets),
      API_ALLOWED_ORIGINS: env.API_ALLOWED_ORIGINS || settings.webOrigin,
      ...(settings.databaseUrl ? {} : { API_DATA_DIR: settings.apiDataFolder }),
    },
    healthUrl: `http://localhost:${settings.apiPort}/health`,
    after: 'auth',
  }
}

/**
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {Service}
 */
function webService(settings, secrets, env) {
  const port = String(settings.webPort)
  return {
    ...{ name: 'web', title: 'The web app', colour: '32' },
    args: [nextCli(), 'start', '--hostname', 'localhost', '--port', port],
    cwd: WEB,
    env: {
      ...without(env, [...SECRET_NAMES, ...PROVIDER_SECRETS, ...DATABASE_NAMES]),
      ...shared(settings),
      PORT: port,
      NEXT_TELEMETRY_DISABLED: '1',
      COUNTERSIGN_WEB_ORIGIN: settings.webOrigin,
      COUNTERSIGN_COOKIE_SECRET: secrets.COUNTERSIGN_COOKIE_SECRET,
      COUNTERSIGN_CLIENT_ID: settings.clientId,
      COUNTERSIGN_CLIENT_SECRET: secrets.COUNTERSIGN_CLIENT_SECRET,
      NEXT_PUBLIC_API_BASE_URL: settings.apiUrl,
    },
    healthUrl: `http://localhost:${port}/`,
    // It listens for revocations, and would first say that nobody is there.
    after: 'auth',
  }
}

/** Whether mails are shown instead of sent: unless there is a mail server, or others can look. */
export const showsMail = (
  /** @type {NodeJS.ProcessEnv} */ env,
  /** @type {Pick<Settings, 'authUrl'>} */ { authUrl },
) => !env.COUNTERSIGN_SMTP_URL && new URL(authUrl).hostname === 'localhost'

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {Settings} settings
 */
const mailbox = (env, settings) =>
  showsMail(env, settings) ? { COUNTERSIGN_DEV_MAILBOX: env.COUNTERSIGN_DEV_MAILBOX || '1' } : {}

/** The script behind the command `next`. */
export const nextCli = () => join(ROOT, 'node_modules/next/dist/bin/next')

/**
 * By which the API reads the revocation feed.
 * @param {Settings} settings
 * @param {Secrets} secrets
 */
const apiClient = ({ apiClientId }, { COUNTERSIGN_API_CLIENT_SECRET }) => ({
  COUNTERSIGN_API_CLIENT_ID: apiClientId,
  COUNTERSIGN_API_CLIENT_SECRET,
})

/** @param {Settings} settings */
const shared = ({ authUrl, audience }) => ({
  COUNTERSIGN_URL: authUrl,
  COUNTERSIGN_AUDIENCE: audience,
})

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} names
 */
function without(env, names) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))
}
