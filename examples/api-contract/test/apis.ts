import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { emptyPostgres } from '../../../packages/server/test/databases.js'
import { buildPackages } from '../../../scripts/lib/build.mjs'
import { ensureFastapi } from '../../../scripts/lib/fastapi.mjs'
import { API, ROOT } from '../../../scripts/lib/paths.mjs'
import { freePort } from '../../../scripts/lib/ports.mjs'
import { API_CLIENT, AUDIENCE, type Issuer } from './issuer.js'

export const WEB = 'http://localhost:3000'
export const REQUESTS_PER_MINUTE = 150
/** For a machine that has to build the packages and the Python environment first. */
export const START_TIMEOUT_MS = 300_000

const HERE = join(ROOT, 'examples/api-contract/test')
const READY_MS = 60_000

/** How a program is started: command, arguments and what its environment has besides. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export interface Kind {
  readonly name: string
  /** The same program, its statements without the condition on the user. */
  readonly unscoped: boolean
  program(): Promise<Program>
}

/** Both APIs, as they are and with statements that forget the user. */
export const KINDS: readonly Kind[] = [
  { name: 'api-hono', unscoped: false, program: () => hono([]) },
  { name: 'api-fastapi', unscoped: false, program: () => fastapi(['-m', 'tasks_api']) },
  {
    name: 'api-hono without scopes',
    unscoped: true,
    program: () => hono(['--import', join(HERE, 'unscoped-hono.mjs')]),
  },
  {
    name: 'api-fastapi without scopes',
    unscoped: true,
    program: () => fastapi([join(HERE, 'unscoped_fastapi.py')]),
  },
]

/** A process of its own on a database of its own. */
export interface Api {
  readonly url: string
  readonly databaseUrl: string
  /** A request; `token` and `body` as an API client sends them. */
  ask(method: string, path: string, options?: Ask): Promise<Response>
  /** What it wrote to standard output and error. */
  said(): string
  stop(): Promise<void>
}

export interface Ask {
  readonly token?: string | undefined
  readonly json?: unknown
  readonly headers?: Record<string, string>
  readonly body?: BodyInit
}

export async function startApi(kind: Kind, issuer: Issuer): Promise<Api> {
  const { command, args, env } = await kind.program()
  const database = await emptyPostgres()
  const port = await freePort()
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings(issuer, database.url, port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(timer)
    }
    await database.drop()
  }
  const url = `http://127.0.0.1:${port}`
  for (let waited = 0; !(await answers(url)); waited += 50) {
    if (child.exitCode !== null || waited > READY_MS) {
      await stop()
      throw new Error(`${kind.name} did not start:\n${output}`)
    }
    await delay(50)
  }
  return {
    ...{ url, databaseUrl: database.url, stop },
    ask: (method, path, options) => fetch(url + path, requestOf(method, options)),
    said: () => output,
  }
}

/** A complete environment. */
export function settings(issuer: Issuer, databaseUrl: string, port: number): NodeJS.ProcessEnv {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    COUNTERSIGN_URL: issuer.url,
    COUNTERSIGN_AUDIENCE: AUDIENCE,
    COUNTERSIGN_API_CLIENT_ID: API_CLIENT.id,
    COUNTERSIGN_API_CLIENT_SECRET: API_CLIENT.secret,
    API_ALLOWED_ORIGINS: WEB,
    API_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
    DATABASE_URL: databaseUrl,
  }
}

async function hono(options: readonly string[]): Promise<Program> {
  await buildPackages(() => {})
  return { command: process.execPath, args: [...options, join(API, 'dist/index.js')] }
}

async function fastapi(args: readonly string[]): Promise<Program> {
  const { python, env } = await ensureFastapi(() => {})
  return { command: python, args, env }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function requestOf(method: string, { token, json, headers = {}, body }: Ask = {}): RequestInit {
  return {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  } as RequestInit
}
