import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { INSECURE_SOCIAL_COOKIE, SOCIAL_COOKIE } from '@countersign/core'
import { PENDING_SECONDS } from '../social/pending-sign-in.js'
import type { HeaderReader } from './call.js'
import { type RefreshCookie, readRefreshCookie, writeRefreshCookie } from './refresh-cookie.js'

const VALUE = /^[\w-]{43}$/

/**
 * The cookie by which a browser that comes back from a provider is known to be the one that went.
 * `Lax`, since it comes back from another site; its value opens nothing.
 */
export function socialCookie({ attributes }: RefreshCookie): RefreshCookie {
  const isPlain = !attributes.includes('Secure')
  return {
    name: isPlain ? INSECURE_SOCIAL_COOKIE : SOCIAL_COOKIE,
    attributes: attributes.replace('SameSite=Strict', 'SameSite=Lax'),
  }
}

/**
 * The value of the browser, for another ten minutes: several sign-ins at once share it.
 * @throws ProblemError `invalid_request` for two cookies of the name
 */
export function markBrowser(headers: HeaderReader, cookie: RefreshCookie) {
  const present = readRefreshCookie(headers, cookie)
  const value = present && VALUE.test(present) ? present : randomBytes(32).toString('base64url')
  return { hash: hashOf(value), setCookie: writeRefreshCookie(cookie, value, PENDING_SECONDS) }
}

/** Whether it is the browser that went. */
export function isMarked(headers: HeaderReader, cookie: RefreshCookie, hash: string): boolean {
  const value = readRefreshCookie(headers, cookie)
  if (value === undefined) return false
  return timingSafeEqual(Buffer.from(hashOf(value)), Buffer.from(hash))
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}
