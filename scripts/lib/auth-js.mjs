import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { derived } from './secrets.mjs'
import { describeServices } from './services.mjs'
import { UserError } from './user-error.mjs'

/** @typedef {import('./services.mjs').Settings} Settings */
/** @typedef {import('./secrets.mjs').Secrets} Secrets */
/** @typedef {import('./supervise.mjs').Service} Service */

const EXAMPLE = join(ROOT, 'examples/auth-js')

/**
 * Who owns the users behind Auth.js: a backend of somebody else's, which is the default, or the auth server.
 * @param {NodeJS.ProcessEnv} env
 * @returns {'consultation' | 'countersign'}
 */
export function authJsBackend({ AUTH_JS_BACKEND: backend = 'consultation' }) {
  if (backend === 'consultation' || backend === 'countersign') return backend
  throw new UserError('AUTH_JS_BACKEND is consultation or countersign.')
}

/**
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly Service[]}
 */
export function authJsServices(settings, secrets, env) {
  const [auth, api, plainWeb] = describeServices(settings, secrets, env)
  const web = {
    ...plainWeb,
    cwd: EXAMPLE,
    env: {
      ...plainWeb.env,
      AUTH_URL: settings.webOrigin,
      AUTH_SECRET: env.AUTH_SECRET || derived(secrets, 'auth-js'),
    },
    healthUrl: `http://localhost:${settings.webPort}/sign-up`,
  }
  if (authJsBackend(env) === 'countersign') return [auth, api, web]
  const key = derived(secrets, 'consultation')
  return [consultation(settings, env, key), withConsultation(web, settings, { env, key })]
}

/**
 * The backend: it owns the users, hands out the tokens and is the API.
 * @param {Settings} settings
 * @param {NodeJS.ProcessEnv} env
 * @param {string} key
 * @returns {Service}
 */
function consultation({ apiPort, webOrigin, stateFolder }, env, key) {
  return {
    ...{ name: 'api', title: 'The consultation backend', colour: '35' },
    args: [join(EXAMPLE, 'backend/server.mjs')],
    cwd: EXAMPLE,
    env: {
      PATH: env.PATH,
      PORT: String(apiPort),
      DATA_DIR: join(stateFolder, 'data/consultation'),
      ALLOWED_ORIGINS: webOrigin,
      API_KEY: key,
      ...(env.COUNTERSIGN_ACCESS_SECONDS ? { ACCESS_SECONDS: env.COUNTERSIGN_ACCESS_SECONDS } : {}),
    },
    healthUrl: `http://localhost:${apiPort}/health`,
  }
}

/**
 * @param {Service} web
 * @param {Settings} settings
 * @param {{ env: NodeJS.ProcessEnv, key: string }} backend
 * @returns {Service}
 */
function withConsultation(web, { apiUrl }, { env, key }) {
  return {
    ...web,
    // A test puts a door in front of it.
    env: {
      ...web.env,
      CONSULTATION_URL: env.COUNTERSIGN_URL || apiUrl,
      CONSULTATION_API_KEY: key,
    },
    after: 'api',
  }
}
