import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real server on a free loopback port, whose answer can be changed. */
export interface JwksServer {
  readonly uri: string
  /** Requests so far. */
  readonly requests: number
  readonly lastHeaders: Record<string, unknown>
  answer(listener: RequestListener): void
  close(): Promise<void>
}

export async function startJwksServer(): Promise<JwksServer> {
  let listener: RequestListener = (_, response) => response.writeHead(500).end()
  let requests = 0
  let lastHeaders = {}
  const server = createServer((request, response) => {
    requests += 1
    lastHeaders = request.headers
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    get requests() {
      return requests
    },
    get lastHeaders() {
      return lastHeaders
    },
    answer(next) {
      listener = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Answers with a key set. */
export function jwksAnswer(keys: unknown[], headers: Record<string, string> = {}): RequestListener {
  const body = JSON.stringify({ keys })
  return (_, response) => response.writeHead(200, headers).end(body)
}
