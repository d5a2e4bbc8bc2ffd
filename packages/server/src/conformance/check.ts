import type { Environment } from '../environment.js'
import { API_PROBES } from './api-probes.js'
import { meetApi } from './api-target.js'
import { ask } from './ask.js'
import { AUTH_PROBES } from './auth-probes.js'
import {
  type Account,
  type AuthPaths,
  type AuthTarget,
  issuerOf,
  meetAuthServer,
  OUR_PATHS,
} from './auth-target.js'
import { type Finding, NoAnswer, probe } from './findings.js'
import { readToken } from './forged-tokens.js'
import { type KeysAtHand, keysAtHand } from './keys-at-hand.js'
import { keysInDatabase } from './keys-in-database.js'
import type { Rule } from './rules.js'
import { audienceSuspects, issuerSuspects } from './suspects.js'

export interface CheckOptions {
  /** What the address is; found out by asking unless given. */
  readonly kind?: 'api' | 'auth' | undefined
  /** Who issues the tokens of an API. */
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  readonly account?: Account | undefined
  /** An access token that the API should accept. */
  readonly token?: string | undefined
  readonly paths?: Partial<AuthPaths> | undefined
  readonly patient?: boolean | undefined
  readonly without?: readonly Rule[] | undefined
  readonly onFinding?: ((finding: Finding) => void) | undefined
}

/**
 * Tries our rules on an API or an auth server of whatever language. Keys come from the environment.
 * @throws TypeError for what cannot be an address or a key; NoAnswer if nobody is there
 */
export async function check(
  url: string,
  options: CheckOptions,
  env: Environment = {},
): Promise<readonly Finding[]> {
  const kind = options.kind ?? (await kindOf(url))
  return kind === 'auth' ? checkAuthServer(url, options) : checkApi(url, options, env)
}

/** Whoever publishes keys or metadata is an auth server. */
async function kindOf(url: string): Promise<'api' | 'auth'> {
  await ask(url)
  const issuer = issuerOf(url)
  for (const path of [
    '/.well-known/oauth-authorization-server',
    '/jwks',
    '/.well-known/jwks.json',
  ]) {
    const { status, json } = await ask(issuer + path)
    if (status === 200 && (json?.keys || json?.issuer)) return 'auth'
  }
  const { origin, pathname } = new URL(issuer)
  const { json } = await ask(`${origin}/.well-known/oauth-authorization-server${pathname}`)
  return json?.issuer ? 'auth' : 'api'
}

async function checkAuthServer(url: string, options: CheckOptions): Promise<Finding[]> {
  const target = await meetAuthServer({
    issuer: issuerOf(url),
    account: options.account,
    paths: { ...OUR_PATHS, ...options.paths },
    patient: options.patient ?? false,
    audience: options.audience,
  })
  try {
    return await probe(target, AUTH_PROBES, probing('auth server', options))
  } finally {
    await target.leave()
  }
}

async function checkApi(url: string, options: CheckOptions, env: Environment): Promise<Finding[]> {
  const issuer = options.issuer === undefined ? undefined : issuerOf(options.issuer)
  const auth = issuer ? await issuerFor(issuer, options) : undefined
  const keys = keysAtHand(env)
  const keysOrTheirs = keys.key ? keys : { ...keys, ...(await keysInDatabase(env)) }
  try {
    return await probeApi({ url, issuer, auth, keys: keysOrTheirs, env, options })
  } finally {
    await auth?.leave()
  }
}

export interface ApiProbing {
  readonly url: string
  readonly issuer: string | undefined
  readonly auth: AuthTarget | undefined
  readonly keys: KeysAtHand
  readonly env: Environment
  readonly options: CheckOptions
}

/** Tries the rules of an API, with the keys and the session of its issuer. */
export async function probeApi(subject: ApiProbing): Promise<Finding[]> {
  const { url, issuer, auth, keys, env, options } = subject
  const genuine = options.token ?? (auth?.asServer?.accessToken || undefined)
  const target = await meetApi({
    url,
    genuine,
    key: keys.key,
    oldKeys: keys.oldKeys,
    issuer,
    audience: options.audience,
    jwks: auth?.jwks ?? [],
    claims: claimsFor(genuine, options, issuer),
    suspects: {
      issuers: issuerSuspects(issuer),
      audiences: audienceSuspects(url, env, [issuer, options.audience]),
      secrets: keys.suspects,
    },
  })
  return probe(target, API_PROBES, probing('api', options))
}

/** Its keys, and a session if there is an account. An API can be checked while it is down. */
async function issuerFor(issuer: string, options: CheckOptions): Promise<AuthTarget | undefined> {
  const { account, paths } = options
  const subject = { issuer, account, paths: { ...OUR_PATHS, ...paths }, patient: false }
  return meetAuthServer(subject).catch((error: unknown) => {
    if (error instanceof NoAnswer) return undefined
    throw error
  })
}

/** Addressees that were named count more than those of the token: they are what is to be checked. */
function claimsFor(genuine: string | undefined, { audience }: CheckOptions, issuer?: string) {
  return {
    ...(genuine ? readToken(genuine)?.claims : {}),
    ...(issuer ? { iss: issuer } : {}),
    ...(audience ? { aud: audience } : {}),
  }
}

export function probing(part: string, { without = [], onFinding }: CheckOptions) {
  return { part, without: new Set(without), onFinding }
}
