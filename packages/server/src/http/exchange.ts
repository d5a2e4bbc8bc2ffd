import { randomUUID } from 'node:crypto'
import type { HeaderReader } from './call.js'
import type { Services } from './services.js'
import type { StandardHeaders } from './standard-headers.js'

/** A request that is being answered. */
export interface Exchange {
  readonly requestId: string
  /** Writes the line of the log, and gives the headers that every answer has. */
  end(status: number): Record<string, string>
}

/** What every answer has: a number, headers, and a line in the log. */
export function createExchanges({ log }: Services, standard: StandardHeaders) {
  return (method: string, path: string, headers: HeaderReader): Exchange => {
    const started = performance.now()
    const requestId = randomUUID()
    return {
      requestId,
      end(status) {
        const ms = Math.round((performance.now() - started) * 10) / 10
        log.info({ request: requestId, method, path, status, ms }, 'request')
        return standard.of(headers.get('origin'), requestId)
      },
    }
  }
}
