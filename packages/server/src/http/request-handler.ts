import { createApp } from './app.js'
import type { Bindings } from './caller.js'
import type { Endpoints } from './endpoints.js'
import { createExchanges } from './exchange.js'
import type { Services } from './services.js'
import { standardHeaders } from './standard-headers.js'

export type RequestHandler = (request: Request, bindings?: Bindings) => Promise<Response>

/** The whole API for requests of the Fetch API. */
export function createRequestHandler(services: Services, endpoints: Endpoints): RequestHandler {
  const { options } = services
  const app = createApp(services, endpoints)
  const standard = standardHeaders(options.origin, options.trustedOrigins)
  const begin = createExchanges(services, standard)
  return async (request, bindings = {}) => {
    const exchange = begin(request.method, pathOf(request.url), request.headers)
    const answer =
      request.method === 'OPTIONS'
        ? standard.preflight(request)
        : await app.fetch(request, {
            incoming: bindings.incoming,
            requestId: exchange.requestId,
          })
    const always = exchange.end(answer)
    for (let index = 0; index < always.length; index += 2) {
      answer.headers.set(always[index] ?? '', always[index + 1] ?? '')
    }
    return answer
  }
}

/** No query, no header, no body: what is secret in a request is in one of them. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  return url.slice(start).split(/[?#]/, 1)[0] ?? '/'
}
