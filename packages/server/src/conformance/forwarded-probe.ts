import { isIP } from 'node:net'
import { askWith } from './ask.js'
import type { AuthTarget } from './auth-target.js'
import { fail, type Outcome, ok, skip, warn } from './findings.js'

/** Of the documentation (RFC 5737): nobody comes from there. */
const CLAIMED = '203.0.113.77'
const PRIVATE = /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd])/i

/**
 * Claims an address while signing in, and looks where the session is said to come from: whoever is
 * believed has no rate limit, and behind a proxy that nobody trusts all users share one.
 */
export async function judgeForwarded(target: AuthTarget): Promise<Outcome> {
  const { issuer, paths } = target
  const session = await target.signIn({ 'X-Forwarded-For': CLAIMED })
  const token = session?.refreshToken
  if (!token) return skip('needs an account that can sign in, and a refresh token in the body')
  const { json } = await askWith(token, issuer + paths.sessions)
  const list = Array.isArray(json?.sessions) ? json.sessions : []
  const current = list.find((one: { current?: unknown }) => one?.current === true)
  const ip: unknown = current?.ip
  if (ip === CLAIMED) {
    return fail(
      'the address in X-Forwarded-For is believed from this machine: name your proxies only',
    )
  }
  if (typeof ip !== 'string' || isIP(ip) === 0)
    return skip('it does not tell addresses of sessions')
  const { hostname } = new URL(issuer)
  const isPublic = hostname.includes('.') && isIP(hostname) === 0
  if (isPublic && PRIVATE.test(ip)) {
    return warn(
      'sessions seem to come from a proxy, whose X-Forwarded-For is not trusted: COUNTERSIGN_TRUSTED_PROXIES',
    )
  }
  return ok()
}
