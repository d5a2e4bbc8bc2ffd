import { CSRF_HEADER } from '@countersign/core'
import { refuse } from './answers.js'
import type { Settings } from './settings.js'

/**
 * Refuses a state-changing request unless its `Origin` is exactly ours, or absent with
 * `Sec-Fetch-Site: same-origin`. Browsers set both headers themselves.
 */
export function refuseForeignOrigin(request: Request, settings: Settings): Response | undefined {
  const origin = request.headers.get('origin')
  const isOurs =
    origin === null
      ? request.headers.get('sec-fetch-site') === 'same-origin'
      : origin === settings.origin
  if (isOurs) return undefined
  const detail = `This application is configured for ${settings.origin} (COUNTERSIGN_WEB_ORIGIN)`
  return refuse('csrf_rejected', { detail })
}

/** Refuses a request without a body unless it has the header, which an HTML form cannot send. */
export function refuseBareRequest(request: Request): Response | undefined {
  if (request.headers.get(CSRF_HEADER)) return undefined
  return refuse('csrf_rejected', { detail: `A request without a body needs ${CSRF_HEADER}` })
}
