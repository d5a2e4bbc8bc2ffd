import { createServer, type Server } from 'node:net'

/** Below the ports that Linux and macOS give to outgoing connections, which could take one that is left. */
const FIRST_PORT = 12_000
const PORTS_PER_WORKER = 5_000
const WORKERS = 4

/**
 * Ports of 127.0.0.1 that are free, each another one. A server may leave its port and come back:
 * neither an outgoing connection nor another worker of the test run takes it meanwhile.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = candidate()
    if (!found.has(port) && (await isFree(port))) found.add(port)
  }
  return [...found]
}

/** The port that a listening server got. */
export function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port')
  return address.port
}

function candidate(): number {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS
  return FIRST_PORT + worker * PORTS_PER_WORKER + Math.floor(Math.random() * PORTS_PER_WORKER)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
