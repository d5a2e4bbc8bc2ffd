import { createServer as createHttpServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, problem, problemResponse } from '@countersign/core'
import { getRequestListener } from '@hono/node-server'
import type { ListenOptions } from './environment.js'
import type { Bindings } from './http/caller.js'
import type { CountersignServer } from './server.js'

/** How long running requests may take once the process was told to stop. */
const DRAIN_MS = 10_000
const IDLE_CHECK_MS = 50

export interface Listening {
  readonly port: number
  /** Takes no new connection, lets running requests finish, then closes what is left. */
  close(): Promise<void>
}

/**
 * Serves HTTP on a port.
 * @throws Error with one sentence if the port is taken or may not be opened
 */
export async function listen(
  server: Pick<CountersignServer, 'fetch' | 'lane' | 'close'>,
  { port, host }: ListenOptions,
): Promise<Listening> {
  const answer = getRequestListener(
    (request, bindings) => server.fetch(request, bindings as Bindings),
    { errorHandler: () => problemResponse('invalid_request') },
  )
  const http = createHttpServer({ joinDuplicateHeaders: true }, (incoming, outgoing) => {
    if (!server.lane?.(incoming, outgoing)) void answer(incoming, outgoing)
  })
  http.on('clientError', refuseMalformed)
  const unused = unusedConnections(http)
  http.requestTimeout = 30_000
  http.headersTimeout = 10_000
  await bind(http, port, host)
  const address = http.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      const drained = drain(http, unused)
      await server.close()
      await drained
    },
  }
}

function bind(http: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${cause.code})`
      reject(new Error(`port ${port} ${why}`, { cause }))
    })
    http.listen(port, host, resolve)
  })
}

/** Connections that nothing was asked over, which browsers open in advance and Node takes for busy. */
function unusedConnections(http: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>()
  http.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  http.on('request', ({ socket }) => unused.delete(socket))
  return unused
}

function drain(http: Server, unused: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => http.closeAllConnections(), DRAIN_MS)
    // A connection whose answer had begun before stays open for the next request otherwise.
    const idle = setInterval(() => http.closeIdleConnections(), IDLE_CHECK_MS)
    http.close(() => {
      clearTimeout(deadline)
      clearInterval(idle)
      resolve()
    })
    http.closeIdleConnections()
    for (const socket of unused) socket.destroy()
  })
}

/** What Node's parser refuses never becomes a request; it gets a coded answer all the same. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return
  const code: ErrorCode =
    error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'invalid_request'
  const body = JSON.stringify(problem(code))
  const { status } = problem(code)
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
