import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import pg from 'pg'
import { unprivilegedAccount } from '../../../scripts/lib/accounts.mjs'
import { freePort } from '../../../scripts/lib/ports.mjs'
import { findPostgres } from '../../../scripts/lib/postgres.mjs'
import { temporaryFolder } from '../../../scripts/lib/temporary-server.mjs'

/** A PostgreSQL server that one test has for itself, to stop and to start. */
export interface PrivatePostgres {
  readonly url: string
  start(): Promise<void>
  /** `SIGINT` ends every connection in order, `SIGQUIT` is a crash. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
  remove(): Promise<void>
}

export async function privatePostgres(settings: readonly string[] = []): Promise<PrivatePostgres> {
  const account = unprivilegedAccount(['postgres', 'nobody'])
  const folder = temporaryFolder('private', account)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const execute = (name: string, args: readonly string[]) =>
    spawn(program(name), ['-D', folder, ...args], { cwd: folder, stdio: 'ignore', ...account })

  const initialise = execute('initdb', ['-U', 'postgres', '-A', 'trust', '--no-sync'])
  const [code] = await once(initialise, 'close')
  if (code !== 0) throw new Error('initdb failed')

  let server: ChildProcess | undefined
  process.once('exit', () => server?.kill('SIGQUIT'))
  const stop = async (signal: 'SIGINT' | 'SIGQUIT') => {
    if (!server) return
    const ended = once(server, 'close')
    server.kill(signal)
    await ended
    server = undefined
  }
  return {
    url,
    stop,
    async start() {
      const all = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        'fsync=off',
        ...settings,
      ]
      server = execute('postgres', ['-p', String(port), ...all.flatMap((each) => ['-c', each])])
      await untilItAnswers(url)
    },
    async remove() {
      await stop('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function program(name: string): string {
  const path = findPostgres(name)
  if (!path) throw new Error(`${name} of PostgreSQL is not installed`)
  return path
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const client = new pg.Client({ connectionString: url })
    const connected = await client.connect().then(
      () => true,
      () => false,
    )
    if (connected) return client.end()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('PostgreSQL does not answer')
}
