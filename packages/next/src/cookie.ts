import { INSECURE_SESSION_COOKIE, SESSION_COOKIE } from '@countersign/core'

/** Largest name and value that every browser keeps, in bytes together (RFC 6265bis section 5.6). */
export const MAX_COOKIE_BYTES = 4096

/** Name and `Secure` of the session cookie; they follow the public origin. */
export interface CookieForm {
  readonly name: string
  readonly secure: boolean
}

/** Attributes of the session cookie, in the spelling of Next's cookie API. */
export interface CookieAttributes {
  readonly path: '/'
  readonly httpOnly: true
  readonly sameSite: 'lax'
  readonly secure: boolean
  /** Seconds; absent for a cookie that ends with the browser. */
  readonly maxAge?: number
}

/**
 * The cookie of a public origin: `__Host-` and `Secure` on https and on http://localhost, neither
 * on any other plain-http loopback address. Throws `TypeError` for plain http elsewhere.
 */
export function cookieForm(origin: URL): CookieForm {
  const { protocol, hostname } = origin
  const isLocalhost = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (protocol === 'https:' || isLocalhost) return { name: SESSION_COOKIE, secure: true }
  if (hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)) {
    return { name: INSECURE_SESSION_COOKIE, secure: false }
  }
  throw new TypeError('COUNTERSIGN_WEB_ORIGIN must use https outside localhost')
}

/** Attributes for setting the cookie. SameSite=Lax: a link from a mail must arrive signed in. */
export function cookieAttributes(form: CookieForm, maxAgeSeconds?: number): CookieAttributes {
  const maxAge = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: form.secure, ...maxAge }
}

/** A `Set-Cookie` header. */
export function setCookieHeader(form: CookieForm, value: string, maxAgeSeconds?: number): string {
  const maxAge = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  const secure = form.secure ? '; Secure' : ''
  return `${form.name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${maxAge}`
}

/** The value of a cookie in a `Cookie` header. Null when it is absent, or there twice: one of the two was planted. */
export function readCookie(header: string | null, name: string): string | null {
  const values = pairs(header).filter((pair) => nameOf(pair) === name)
  const [only] = values
  return values.length === 1 && only ? trimOws(only.slice(only.indexOf('=') + 1)) : null
}

/**
 * A `Cookie` header with one cookie replaced, or removed by null. Every other cookie keeps its exact
 * spelling, which Next's own `cookies.set` does not promise.
 */
export function replaceCookie(header: string | null, name: string, value: string | null): string {
  const others = pairs(header).filter((pair) => nameOf(pair) !== name)
  return (value === null ? others : [...others, `${name}=${value}`]).join('; ')
}

function pairs(header: string | null): string[] {
  return (header ?? '')
    .split(';')
    .map(trimOws)
    .filter((pair) => pair !== '')
}

function nameOf(pair: string): string {
  return trimOws(pair.slice(0, pair.includes('=') ? pair.indexOf('=') : undefined))
}

/**
 * Spaces and tabs only. `trim` takes away more, U+00A0 for one: a browser does not see `__Host-` in a
 * name that begins with it, so a neighbouring subdomain may set that cookie.
 */
function trimOws(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
