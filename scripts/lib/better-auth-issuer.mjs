import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { derived } from './secrets.mjs'
import { describeServices } from './services.mjs'

/** @typedef {import('./services.mjs').Settings} Settings */
/** @typedef {import('./secrets.mjs').Secrets} Secrets */
/** @typedef {import('./supervise.mjs').Service} Service */

/**
 * The web app is the issuer; the API, which starts after it, compares its shared secret with it.
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly Service[]}
 */
export function issuerServices(settings, secrets, env) {
  const [, api, web] = describeServices({ ...settings, authUrl: settings.webOrigin }, secrets, env)
  const jwtSecret = env.COUNTERSIGN_JWT_SECRET || derived(secrets, 'jwt')
  const both = { COUNTERSIGN_JWT_SECRET: jwtSecret }
  return [
    { ...api, env: { ...api.env, ...both }, after: 'web' },
    {
      ...web,
      cwd: join(ROOT, 'examples/better-auth-issuer'),
      env: { ...web.env, ...both, ...issuerEnv(settings, secrets, env) },
      healthUrl: `http://localhost:${settings.webPort}/sign-in`,
    },
  ]
}

/**
 * @param {Settings} settings
 * @param {Secrets} secrets
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function issuerEnv({ databaseUrl, stateFolder, apiClientId }, secrets, env) {
  return {
    BETTER_AUTH_SECRET: env.BETTER_AUTH_SECRET || derived(secrets, 'better-auth'),
    COUNTERSIGN_API_CLIENT_ID: apiClientId,
    COUNTERSIGN_API_CLIENT_SECRET: secrets.COUNTERSIGN_API_CLIENT_SECRET,
    ...(databaseUrl
      ? { DATABASE_URL: databaseUrl }
      : { COUNTERSIGN_DATA_DIR: join(stateFolder, 'data/better-auth') }),
  }
}
