import { BASE_PATH } from '@countersign/core'
import type { Environment } from '../environment.js'
import { ask } from './ask.js'
import { AUTH_PROBES } from './auth-probes.js'
import {
  type Account,
  type AuthTarget,
  issuerOf,
  meetAuthServer,
  OUR_PATHS,
} from './auth-target.js'
import { type CheckOptions, probeApi, probing } from './check.js'
import { type Finding, fail, NoAnswer, type Outcome, probe, skip } from './findings.js'
import { keysAtHand } from './keys-at-hand.js'
import { keysInDatabase } from './keys-in-database.js'
import type { Rule } from './rules.js'
import { SETTINGS_PROBES, type Settings } from './settings-probes.js'
import { meetWeb, WEB_PROBES } from './web-probes.js'

export interface DoctorOptions extends Pick<CheckOptions, 'onFinding' | 'without' | 'patient'> {
  readonly auth: string
  readonly web?: string | undefined
  readonly api?: string | undefined
  /** Routes of the API that may say who is asking; the first one that is there is taken. */
  readonly me: readonly string[]
  /** Where the web server has its route handlers. */
  readonly webPath?: string | undefined
  readonly account: Account | undefined
  /** What the parts read. */
  readonly environments: {
    readonly auth: Environment
    readonly web: Environment
    readonly api: Environment
  }
}

/** Tries whether the parts of a set-up agree: their settings, and what they really do. */
export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const issuer = issuerOf(options.auth)
  const { account, patient = false, environments } = options
  const audience = environments.auth.COUNTERSIGN_AUDIENCE || environments.api.COUNTERSIGN_AUDIENCE
  const subject = { issuer, account, paths: OUR_PATHS, patient, audience }
  const auth = await meetAuthServer(subject).catch(absent)
  try {
    return [
      ...(await probe(settingsOf(options, auth), SETTINGS_PROBES, probing('settings', options))),
      ...(auth
        ? await probe(auth, AUTH_PROBES, probing('auth server', options))
        : await note('auth server', fail(`${issuer} does not answer`), options)),
      ...(await examineApi(options, issuer, auth, audience)),
      ...(await examineWeb(options, issuer)),
    ]
  } finally {
    await auth?.leave()
  }
}

function settingsOf(options: DoctorOptions, auth: AuthTarget | undefined): Settings {
  const { environments, web, api } = options
  const kids = auth?.metadata?.json?.countersign_hs256_kids
  return {
    ...environments,
    addresses: { auth: options.auth, ...(web ? { web } : {}), ...(api ? { api } : {}) },
    listedKids: Array.isArray(kids) ? kids.filter((kid) => typeof kid === 'string') : [],
  }
}

async function examineApi(
  options: DoctorOptions,
  issuer: string,
  auth: AuthTarget | undefined,
  audience: string | undefined,
): Promise<Finding[]> {
  const { api, environments } = options
  if (!api) return note('api', skip('NEXT_PUBLIC_API_BASE_URL or --api says where it is'), options)
  const keys = keysAtHand(environments.api)
  const theirs = await keysInDatabase({ ...environments.auth })
  try {
    return await probeApi({
      url: await meOf(api, options.me),
      issuer,
      auth,
      keys: signsHs256(auth) ? keys : { ...keys, key: undefined, ...theirs },
      env: { ...environments.auth, ...environments.web, ...environments.api },
      options: { ...options, audience },
    })
  } catch (error) {
    if (error instanceof NoAnswer) return note('api', fail(error.message), options)
    throw error
  }
}

/** A shared secret that lies about signs nothing where the server has key pairs. */
function signsHs256(auth: AuthTarget | undefined): boolean {
  return auth?.metadata?.json?.countersign_hs256_kids !== undefined || auth?.jwks.length === 0
}

/** @throws NoAnswer */
async function meOf(api: string, paths: readonly string[]): Promise<string> {
  const base = api.replace(/\/+$/, '')
  for (const path of paths) {
    const { status } = await ask(base + path)
    if (status !== 404) return base + path
  }
  return base + (paths[0] ?? '')
}

async function examineWeb(options: DoctorOptions, issuer: string): Promise<Finding[]> {
  const { web, webPath = BASE_PATH, account, api } = options
  if (!web) return note('web', skip('COUNTERSIGN_WEB_ORIGIN or --web says where it is'), options)
  try {
    const { origin } = new URL(web)
    const me = api === undefined ? undefined : await meOf(api, options.me).catch(absent)
    const target = await meetWeb({ origin, base: origin + webPath, issuer, account, me })
    return await probe(target, WEB_PROBES, probing('web', options))
  } catch (error) {
    if (error instanceof NoAnswer) return note('web', fail(error.message), options)
    throw error
  }
}

/** One finding about a part that could not be tried. */
function note(part: string, outcome: Outcome, options: DoctorOptions): Promise<Finding[]> {
  const rule: Rule = 'reachable'
  return probe(outcome, [[rule, (found) => found]], probing(part, options))
}

function absent(error: unknown): undefined {
  if (error instanceof NoAnswer) return undefined
  throw error
}
