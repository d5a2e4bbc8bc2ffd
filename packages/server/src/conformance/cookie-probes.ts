import type { Answer } from './ask.js'
import { fail, type Outcome, ok, warn, worst } from './findings.js'

/** A cookie as an answer sets it. */
interface SetCookie {
  readonly name: string
  readonly value: string
  /** Names in lower case; true for one without a value. */
  readonly attributes: ReadonlyMap<string, string>
}

/** What a session may be set with: the prefix of our cookies, or a name that says so. */
const SESSION_NAME = /cs_refresh|countersign|session|refresh|token|auth|sid/i

/** The cookies of an answer that keep a session. */
function sessionCookies({ headers }: Answer): readonly SetCookie[] {
  return headers
    .getSetCookie()
    .map(parse)
    .filter(({ name, value }) => value !== '' && SESSION_NAME.test(name))
}

/** As a browser would send them back. */
export function cookieHeader(answer: Answer): string {
  return sessionCookies(answer)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

/** Whether a session cookie can be read, sent or planted by somebody else. */
export function judgeCookies(answer: Answer, origin: string): Outcome {
  const cookies = sessionCookies(answer)
  if (cookies.length === 0) return fail('the sign-in of a browser sets no session cookie')
  return worst(cookies.map((cookie) => judge(cookie, new URL(origin))))
}

function judge({ name, attributes }: SetCookie, { hostname }: URL): Outcome {
  const has = (attribute: string) => attributes.has(attribute)
  const sameSite = attributes.get('samesite')?.toLowerCase()
  // Browsers take Secure cookies on http://localhost; on other loopback addresses not all of them do.
  const lenient = /^(127\.|\[::1\])/.test(hostname) && !name.startsWith('__')
  const faults = [
    has('httponly') ? '' : 'no HttpOnly',
    has('secure') || lenient ? '' : 'no Secure',
    sameSite === 'lax' || sameSite === 'strict' ? '' : `SameSite ${sameSite ?? 'missing'}`,
    has('domain') ? 'a Domain, so that neighbours get it' : '',
  ].filter(Boolean)
  if (faults.length > 0) return fail(`cookie ${name}: ${faults.join(', ')}`)
  if (!has('secure')) return warn(`cookie ${name}: no Secure, since ${hostname} has plain http`)
  if (name.startsWith('__Host-')) {
    return attributes.get('path') === '/' ? ok() : fail(`cookie ${name}: Path is not /`)
  }
  return warn(`cookie ${name}: no prefix __Host-, so that neighbours can plant it`)
}

function parse(header: string): SetCookie {
  const [pair = '', ...rest] = header.split(';')
  const [name, value] = split(pair)
  const attributes = new Map(rest.map(split).map(([key, text]) => [key.toLowerCase(), text]))
  return { name, value, attributes }
}

function split(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
