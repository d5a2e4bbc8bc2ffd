/**
 * Asks the auth server about one token (RFC 7662): for the time in which the feed tells nothing.
 * @module
 */
import type { Fetch } from './options.js'
import { assertOk, readBody } from './read-body.js'
import { readObject } from './revocation-event.js'
import { VerifierError } from './verifier-error.js'
import type { WarningListener } from './warnings.js'

const MAX_BYTES = 65_536
const TIMEOUT_SECONDS = 3
const MAX_KEPT = 1000

/**
 * An answer counts for a second, and so does a failure: a page that makes twenty calls costs one
 * question, and a revocation is still noticed as fast as a live feed would have told it.
 */
const KEEP_MS = 1000

export interface IntrospectionOptions {
  readonly url: string
  readonly authorization: string
  readonly fetch: Fetch
  readonly nowMs: () => number
  readonly warn: WarningListener
}

interface Kept {
  readonly untilMs: number
  readonly active: Promise<boolean>
}

/**
 * Whether a token is active right now, according to the server.
 * @returns a function that rejects with VerifierError `service_unavailable` if there is no answer
 */
export function createIntrospection(
  options: IntrospectionOptions,
): (token: string) => Promise<boolean> {
  const { nowMs, url, warn } = options
  const kept = new Map<string, Kept>()
  let brokenUntilMs = Number.NEGATIVE_INFINITY

  async function request(token: string): Promise<boolean> {
    try {
      return await introspect(token, options)
    } catch (cause) {
      brokenUntilMs = nowMs() + KEEP_MS
      const message = `tokens could not be introspected at ${url}`
      warn({ code: 'introspection_unavailable', message, cause })
      throw new VerifierError('the issuer could not be asked about the token', 1, { cause })
    }
  }

  return async (token) => {
    const now = nowMs()
    const known = kept.get(token)
    if (known && now < known.untilMs) return known.active
    if (now < brokenUntilMs) throw new VerifierError('the issuer could not be asked just now', 1)
    if (kept.size >= MAX_KEPT) kept.clear()
    const active = request(token)
    kept.set(token, { untilMs: now + KEEP_MS, active })
    return active
  }
}

async function introspect(token: string, options: IntrospectionOptions): Promise<boolean> {
  const response = await options.fetch(options.url, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      Authorization: options.authorization,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  })
  await assertOk(response)
  const active = readObject((await readBody(response, MAX_BYTES)).toString('utf8'))?.active
  if (typeof active !== 'boolean') throw new Error('the answer does not say whether it is active')
  return active
}
