import { type Answer, ask } from './ask.js'
import { fail, type Outcome, ok, warn, worst } from './findings.js'

/** Within the tolerance of a verifier (`spec/protocol.md` section 2, rule 8) nothing is refused. */
const TOLERANCE_SECONDS = 5
const REMARKABLE_SECONDS = 2

/** Belongs to nobody who is trusted. */
export const STRANGER = 'https://stranger.example'

export function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** Tokens and passwords do not travel in the open, but on this machine. */
export function judgeHttps(addresses: readonly string[]): Outcome {
  const plain = addresses.filter((address) => {
    const { protocol, hostname } = new URL(address)
    return protocol === 'http:' && !isLoopback(hostname)
  })
  return plain.length === 0 ? ok() : fail(`${plain.join(', ')}: plain http leaves this machine`)
}

/** Whether a clock is close enough for tokens to be judged alike. */
export function judgeClock(ahead: number | undefined): Outcome {
  if (ahead === undefined) return ok('no Date header to compare')
  const seconds = Math.abs(Math.round(ahead))
  const how = `${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine`
  if (seconds > TOLERANCE_SECONDS) return fail(`its clock is ${how}: set both by NTP`)
  return seconds > REMARKABLE_SECONDS ? warn(`its clock is ${how}`) : ok()
}

/**
 * Asks as a page of another site would, first for permission and then for the answer.
 * @param withCookies whether the address answers by cookie, where any open door is one too many
 */
export async function judgeCors(
  url: string,
  headers: Record<string, string>,
  { withCookies }: { readonly withCookies: boolean },
): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const origin of [STRANGER, 'null']) {
    const asPage = { ...headers, Origin: origin }
    const preflight = {
      Origin: origin,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
    }
    const answers = [
      await ask(url, { headers: asPage }),
      await ask(url, { method: 'OPTIONS', headers: preflight }),
    ]
    outcomes.push(...answers.map((answer) => judgeGrant(answer, origin, withCookies)))
  }
  return worst(outcomes)
}

function judgeGrant({ headers }: Answer, origin: string, withCookies: boolean): Outcome {
  const granted = headers.get('access-control-allow-origin')
  if (granted !== origin && granted !== '*') return ok()
  const credentials = headers.get('access-control-allow-credentials') === 'true'
  const what = granted === '*' ? 'every origin' : `the foreign origin ${origin}`
  if (credentials) return fail(`CORS is open to ${what} with credentials: list your own origins`)
  const advice = `CORS is open to ${what}: list your own origins`
  return withCookies ? fail(advice) : warn(advice)
}

export function judgeNoStore({ headers }: Answer): Outcome {
  const control = headers.get('cache-control') ?? ''
  if (/\bno-store\b/i.test(control)) return ok()
  return fail(`Cache-Control is ${control ? `"${control.slice(0, 60)}"` : 'missing'}, not no-store`)
}

/** Whether a refusal can be read by a program. */
export function judgeForm({ headers, text, status }: Answer): Outcome {
  const type = headers.get('content-type') ?? ''
  if (/html/i.test(type) || /^\s*</.test(text)) return fail(`a ${status} is answered with a page`)
  if (/^application\/problem\+json/i.test(type)) return ok()
  if (/json/i.test(type)) return ok('as application/json; RFC 9457 has a media type for it')
  return warn(`a ${status} has the media type ${type || 'none'}, not application/problem+json`)
}
