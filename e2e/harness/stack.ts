import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleNamed } from '../../scripts/lib/examples.mjs'
import { loadSecrets } from '../../scripts/lib/secrets.mjs'
import { readSettings } from '../../scripts/lib/services.mjs'
import { type Door, openDoor } from './door.js'
import { deleteAtExit, deleteNow } from './leftovers.js'
import { freePorts } from './ports.js'
import { type Postgres, preparePostgres } from './postgres.js'
import { type ServerProcess, serverProcess } from './process.js'
import { scaledTimes, type Times, timesEnvironment } from './times.js'

export interface StackOptions {
  /** `embedded`: each server has its own; `postgres`: one for all, over which a test has power. */
  readonly database: 'embedded' | 'postgres'
  /** Which web app, of those that `npm start -- --example` takes; `todo` by default. */
  readonly example?: string
  /** Another web app on Next.js instead of the example's, built already. */
  readonly webFolder?: string
  /** Which of the two APIs; the one on Hono by default. */
  readonly api?: 'hono' | 'fastapi'
  /** Times of the auth server, in seconds; those not named shrink with `access`, 900 by default. */
  readonly times?: Partial<Times>
  /** The last kind of server that is started, of auth, API and web in this order; `web` by default. */
  readonly upTo?: 'auth' | 'api' | 'web'
  /** Beside the API on Hono, the same on FastAPI. Not by default. */
  readonly fastapi?: true
  /** How many auth servers take turns. 1 by default. */
  readonly authInstances?: number
  /** How many web servers take turns. 1 by default; they share nothing but their settings. */
  readonly webInstances?: number
  /** Further variables of every process. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Everything that `npm start` runs, behind a door for the auth servers and one for the web servers. */
export interface Stack {
  readonly times: Times
  readonly authUrl: string
  readonly apiUrl: string
  /** Where the API on FastAPI is, if it runs. */
  readonly fastapiUrl: string
  readonly webOrigin: string
  readonly client: { readonly id: string; readonly secret: string }
  /** The root secret of the auth server, as its operator has it. */
  readonly rootSecret: string
  /** The credential of the APIs. */
  readonly apiClient: { readonly clientId: string; readonly clientSecret: string }
  readonly auth: readonly ServerProcess[]
  readonly api: ServerProcess
  readonly fastapi: ServerProcess
  readonly web: readonly ServerProcess[]
  readonly authDoor: Door
  readonly webDoor: Door
  readonly postgres: Postgres | undefined
  /** An API on FastAPI like the one of the stack but for some variables; not started. */
  apiWith(changes: NodeJS.ProcessEnv): ServerProcess
  /** `kill -9` for every process. */
  killAll(): Promise<void>
  /** Starts every process that is not running. */
  startAll(): Promise<void>
  /** Ends everything and deletes its data. */
  remove(): Promise<void>
  /** What the processes said, for the report of a failed test. */
  said(): string
}

/** Starts a stack of its own on free ports of the loopback address. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-e2e-'))
  deleteAtExit(folder)
  const undo: (() => unknown)[] = [() => deleteNow(folder)]
  const remove = async () => {
    while (undo.length > 0) await undo.pop()?.()
  }
  try {
    const postgres = options.database === 'postgres' ? await preparePostgres() : undefined
    if (postgres) undo.push(() => postgres.remove())
    const parts = await assemble(options, folder, postgres)
    undo.push(parts.authDoor.close, parts.webDoor.close)
    const all = serversOf(options, parts)
    undo.push(() => Promise.all(all.map((server) => server.stop())))
    const startAll = async () => {
      // An API that is up before the auth server has no keys, and asks again only two seconds later.
      await Promise.all(parts.auth.map((server) => server.start()))
      const others = all.filter((server) => !parts.auth.includes(server))
      await Promise.all(others.map((server) => server.start()))
    }
    const killAll = async () => {
      await Promise.all(all.map((server) => server.kill()))
    }
    await postgres?.start()
    await startAll()
    return { ...parts, postgres, startAll, killAll, remove, said: () => said(all) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The doors, and the processes behind them, which do not run yet. */
async function assemble(options: StackOptions, folder: string, postgres: Postgres | undefined) {
  const { authInstances = 1, webInstances = 1 } = options
  const times = scaledTimes(options.times ?? {})
  const ports = await freePorts(4 + authInstances + webInstances)
  const [authDoorPort = 0, webDoorPort = 0, apiPort = 0, fastapiPort = 0, ...others] = ports
  const authPorts = others.slice(0, authInstances)
  const webPorts = others.slice(authInstances)
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    API_PORT: String(apiPort),
    COUNTERSIGN_HOST: '127.0.0.1',
    COUNTERSIGN_URL: `http://localhost:${authDoorPort}`,
    COUNTERSIGN_WEB_ORIGIN: `http://localhost:${webDoorPort}`,
    COUNTERSIGN_STATE_DIR: folder,
    // A test asks an API again and again until something changes.
    API_REQUESTS_PER_MINUTE: '100000',
    ...(postgres ? { DATABASE_URL: postgres.url } : {}),
    ...timesEnvironment(times),
    ...options.environment,
  }
  const settings = readSettings(environment, options.api)
  const secrets = loadSecrets(join(folder, 'secrets.env'), environment)
  const describe = (name: string, others: Partial<typeof settings>, changes = {}) => {
    const { services } = exampleNamed(options.example)
    const all = services({ ...settings, ...others }, secrets, { ...environment, ...changes })
    const service = all.find((one) => one.name === name)
    if (!service) throw new Error(`the example has no service "${name}"`)
    const { webFolder } = options
    return serverProcess(name === 'web' && webFolder ? { ...service, cwd: webFolder } : service)
  }
  return {
    times,
    authUrl: settings.authUrl,
    apiUrl: settings.apiUrl,
    fastapiUrl: `http://localhost:${fastapiPort}`,
    webOrigin: settings.webOrigin,
    client: { id: settings.clientId, secret: secrets.COUNTERSIGN_CLIENT_SECRET },
    rootSecret: secrets.COUNTERSIGN_SECRET,
    apiClient: {
      clientId: settings.apiClientId,
      clientSecret: secrets.COUNTERSIGN_API_CLIENT_SECRET,
    },
    auth: authPorts.map((authPort) => describe('auth', { authPort })),
    api: describe('api', {}),
    fastapi: describe('api', { api: 'fastapi', apiPort: fastapiPort }),
    apiWith: (changes: NodeJS.ProcessEnv) =>
      describe('api', { api: 'fastapi', apiPort: fastapiPort }, changes),
    web: webPorts.map((webPort) => describe('web', { webPort })),
    // Without an auth server the API is who hands out the tokens.
    authDoor: await openDoor(authDoorPort, authPorts.length > 0 ? authPorts : [apiPort]),
    webDoor: await openDoor(webDoorPort, webPorts),
  }
}

function serversOf(
  { upTo = 'web', fastapi }: StackOptions,
  parts: Pick<Stack, 'auth' | 'api' | 'fastapi' | 'web'>,
): readonly ServerProcess[] {
  if (upTo === 'auth') return parts.auth
  const apis = fastapi ? [parts.api, parts.fastapi] : [parts.api]
  return [...parts.auth, ...apis, ...(upTo === 'web' ? parts.web : [])]
}

function said(servers: readonly ServerProcess[]): string {
  return servers.flatMap(({ lines }) => lines.slice(-40)).join('\n')
}
