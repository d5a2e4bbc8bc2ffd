import { randomUUID } from 'node:crypto'
import { createApp } from './app.js'
import type { Bindings } from './caller.js'
import type { Services } from './services.js'
import { standardHeaders } from './standard-headers.js'

export type RequestHandler = (request: Request, bindings?: Bindings) => Promise<Response>

/** The API with what every answer has: a number, headers, and a line in the log. */
export function createRequestHandler(services: Services): RequestHandler {
  const { options, log } = services
  const app = createApp(services)
  const headers = standardHeaders(options.origin, options.trustedOrigins)
  return async (request, bindings = {}) => {
    const started = performance.now()
    const requestId = randomUUID()
    const { method } = request
    const origin = request.headers.get('origin')
    const answer =
      method === 'OPTIONS'
        ? headers.preflight(request)
        : await app.fetch(request, { incoming: bindings.incoming, requestId })
    const ms = Math.round((performance.now() - started) * 10) / 10
    const path = pathOf(request.url)
    log.info({ request: requestId, method, path, status: answer.status, ms }, 'request')
    return headers.complete(answer, origin, requestId)
  }
}

/** No query, no header, no body: what is secret in a request is in one of them. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  return url.slice(start).split(/[?#]/, 1)[0] ?? '/'
}
