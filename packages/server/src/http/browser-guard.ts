import { CSRF_HEADER } from '@countersign/core'
import type { HeaderReader } from './call.js'
import { isFromBrowser } from './caller.js'
import { ProblemError } from './problem-error.js'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses state-changing requests that another site made a browser send: the origin must be trusted,
 * and the request must be one that a form cannot make.
 * @throws ProblemError `csrf_rejected`
 */
export function guardAgainstForgery(
  { method, headers }: { readonly method: string; readonly headers: HeaderReader },
  trustedOrigins: ReadonlySet<string>,
): void {
  if (SAFE_METHODS.has(method) || !isFromBrowser(headers)) return
  if (!isTrusted(headers, trustedOrigins)) throw new ProblemError('csrf_rejected')
  if (isJson(headers.get('content-type')) || headers.has(CSRF_HEADER)) return
  throw new ProblemError('csrf_rejected', {
    detail: `send JSON, or no body and the header ${CSRF_HEADER}`,
  })
}

function isTrusted(headers: HeaderReader, trustedOrigins: ReadonlySet<string>): boolean {
  const origin = headers.get('origin')
  if (origin !== null) return trustedOrigins.has(origin)
  return headers.get('sec-fetch-site') === 'same-origin'
}

/** Whether a media type is JSON in UTF-8. */
export function isJson(contentType: string | null): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '')
}
