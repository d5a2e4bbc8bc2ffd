import { resolve } from 'node:path'

/** What the process is told from outside. README.md lists the variables. */
export interface Environment {
  readonly port: number
  readonly host: string | undefined
  /** The auth server, without a slash at the end. */
  readonly authServer: string
  readonly audience: string
  /** Shared with an issuer that signs with HS256; without one its published keys are fetched. */
  readonly jwtSecret: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly requestsPerMinute: number
  /** The credential with which it listens for revocations; without one it does not listen. */
  readonly client: ApiClient | undefined
  readonly databaseUrl: string | undefined
  /** Of the embedded database, where there is no `databaseUrl`. */
  readonly dataDirectory: string
}

/** A client of the auth server. */
export interface ApiClient {
  readonly clientId: string
  readonly clientSecret: string
}

/** Reads the environment. Throws an `Error` with one sentence that names the variable at fault. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  return {
    port: readPort(env.PORT ?? '8000'),
    host: env.HOST || undefined,
    authServer: readUrl('COUNTERSIGN_URL', env.COUNTERSIGN_URL).href.replace(/\/+$/, ''),
    audience: required('COUNTERSIGN_AUDIENCE', env.COUNTERSIGN_AUDIENCE),
    jwtSecret: env.COUNTERSIGN_JWT_SECRET || undefined,
    allowedOrigins: readOrigins(env.API_ALLOWED_ORIGINS),
    requestsPerMinute: readCount('API_REQUESTS_PER_MINUTE', env.API_REQUESTS_PER_MINUTE || '600'),
    client: readClient(env.COUNTERSIGN_API_CLIENT_ID, env.COUNTERSIGN_API_CLIENT_SECRET),
    databaseUrl: env.DATABASE_URL || undefined,
    dataDirectory: resolve(env.API_DATA_DIR || '.countersign/api'),
  }
}

function required(name: string, value: string | undefined): string {
  if (!value) throw new Error(`${name} is not set.`)
  return value
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error('PORT must be a number from 0 to 65535.')
}

function readCount(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Error(`${name} must be a whole number from 1.`)
}

/** Both or none: an API that should listen must not start deaf. */
function readClient(id: string | undefined, secret: string | undefined): ApiClient | undefined {
  if (!id && !secret) return undefined
  return {
    clientId: required('COUNTERSIGN_API_CLIENT_ID', id),
    clientSecret: required('COUNTERSIGN_API_CLIENT_SECRET', secret),
  }
}

function readUrl(name: string, value: string | undefined): URL {
  const text = required(name, value)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Error(`${name} must be an http or https URL.`)
}

function readOrigins(value: string | undefined): string[] {
  const entries = (value ?? '').split(',').map((entry) => entry.trim())
  return entries.filter(Boolean).map((entry) => {
    if (readUrl('API_ALLOWED_ORIGINS', entry).origin === entry) return entry
    throw new Error(`API_ALLOWED_ORIGINS must list origins without a path, not "${entry}".`)
  })
}
