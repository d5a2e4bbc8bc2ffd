import { randomUUID } from 'node:crypto'
import type { HeaderReader } from './call.js'
import type { Services } from './services.js'
import type { StandardHeaders } from './standard-headers.js'

type HeaderNames = Pick<HeaderReader, 'has'>

/** A request that is being answered. */
export interface Exchange {
  readonly requestId: string
  /** Writes the line of the log, and gives the headers that every answer has: names and values. */
  end(answer: { readonly status: number; readonly headers: HeaderNames }): string[]
}

/** What every answer has: a number, headers, and a line in the log. */
export function createExchanges({ log }: Services, standard: StandardHeaders) {
  return (method: string, path: string, headers: HeaderReader): Exchange => {
    const started = performance.now()
    const requestId = randomUUID()
    return {
      requestId,
      end({ status, headers: own }) {
        const ms = Math.round((performance.now() - started) * 10) / 10
        log.info({ request: requestId, method, path, status, ms }, 'request')
        const always = standard.of(headers.get('origin'), requestId)
        // An answer that does not say otherwise may not be stored.
        return own.has('Cache-Control') ? always : [...always, 'Cache-Control', 'no-store']
      },
    }
  }
}
