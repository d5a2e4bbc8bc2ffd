import type { Server } from 'node:http'
import { createVerifier, type Verifier } from '@countersign/verify'
import { serve } from '@hono/node-server'
import { createApp } from './app.js'
import { type Database, openEmbedded, openPostgres } from './database.js'
import { type Environment, readEnvironment } from './environment.js'
import { migrate } from './migrate.js'
import { createTaskStore } from './task-store.js'

const DRAIN_TIMEOUT_MS = 5_000

try {
  await start(readEnvironment(process.env))
} catch (error) {
  process.stderr.write(`api: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

async function start(environment: Environment): Promise<void> {
  const database = environment.databaseUrl
    ? openPostgres(environment.databaseUrl)
    : await openEmbedded(environment.dataDirectory)
  try {
    await migrate(database)
    const verifier = verifierFor(environment)
    const { allowedOrigins, requestsPerMinute } = environment
    const tasks = createTaskStore(database)
    const app = createApp({ verifier, tasks, allowedOrigins, requestsPerMinute, onError: logBug })
    stopOnSignals(await listen(app.fetch, environment), database, verifier)
    await warnWithoutKeys(verifier, environment)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** With a credential it listens for revocations; a feed that is away does not stop it. */
function verifierFor({ authServer, audience, client, jwtSecret }: Environment): Verifier {
  const issuer = `${authServer}/api/auth`
  const keys = jwtSecret
    ? ({ algorithms: ['HS256'], secret: jwtSecret, onMismatch: 'exit' } as const)
    : ({ algorithms: ['EdDSA'], jwksUri: `${issuer}/jwks` } as const)
  return createVerifier({ issuer, audience, ...keys, ...(client ? { revocations: client } : {}) })
}

/**
 * Keys are fetched ahead of the first request; if that fails, the first request tries again. Another
 * shared secret than the issuer's stays another one.
 */
async function warnWithoutKeys(verifier: Verifier, { authServer }: Environment): Promise<void> {
  await verifier.ready().catch((error: unknown) => {
    if (error instanceof TypeError) throw error
    log(`the keys of ${authServer} could not be fetched yet; requests with a token will try again`)
  })
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], to: Environment): Promise<Server> {
  const { port, host } = to
  return new Promise((resolve, reject) => {
    const options = host === undefined ? { fetch, port } : { fetch, port, hostname: host }
    const server = serve(options, (address) => {
      log(`listening on http://localhost:${address.port}`)
      resolve(server as Server)
    })
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(taken ? new Error(`Port ${port} is already in use; set PORT to another.`) : error)
    })
  })
}

/** Finishes the requests under way, closes the database, then leaves. A second signal leaves at once. */
function stopOnSignals(server: Server, database: Database, verifier: Verifier): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    verifier.close()
    const overdue = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS)
    server.close(async () => {
      clearTimeout(overdue)
      await database.close()
      process.exit(0)
    })
    server.closeIdleConnections()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function log(line: string): void {
  process.stdout.write(`api: ${line}\n`)
}

function logBug(error: unknown): void {
  process.stderr.write(`api: ${error instanceof Error ? error.stack : String(error)}\n`)
}
