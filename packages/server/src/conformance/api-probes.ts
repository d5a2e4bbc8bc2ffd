import type { ApiTarget } from './api-target.js'
import { type Answer, ask } from './ask.js'
import { fail, NoAnswer, type Outcome, ok, type Probe, skip, warn, worst } from './findings.js'
import type { Forgery } from './forged-tokens.js'
import type { Rule } from './rules.js'
import { judgeClock, judgeCors, judgeForm, judgeHttps, judgeNoStore } from './shared-probes.js'
import { whyRefused } from './why-refused.js'

const NEEDS_TOKEN = 'needs a genuine token, or a key that signs one'
const NEEDS_KEY = 'needs the key or shared secret that signs'

/** The rules of an API that takes access tokens, in the order in which they are tried. */
export const API_PROBES: readonly Probe<ApiTarget>[] = [
  ['reachable', ({ toNobody }) => judgeReachable(toNobody)],
  ['https', ({ url }) => judgeHttps([url])],
  ['clock', ({ toNobody }) => judgeClock(toNobody.clockAhead)],
  ['missing_token', ({ toNobody }) => judgeMissing(toNobody)],
  ['genuine_token', judgeGenuine],
  ['same_user', ({ toGenuine, claims }) => judgeUser(toGenuine, claims.sub)],
  ['malformed', judgeMalformed],
  ...(['no_algorithm', 'changed_token', 'foreign_key', 'confused_key'] as const).map(refusing),
  ...(['truncated', 'oversized', 'respelled'] as const).map(refusing),
  ...(['expired', 'other_audience', 'other_issuer', 'future'] as const).map(refusing),
  ...(
    ['long_life', 'missing_claims', 'other_purpose', 'unknown_extension', 'old_key'] as const
  ).map(refusing),
  ['token_in_address', judgeAddress],
  ['challenge', judgeChallenge],
  ['refusal_form', ({ toNobody }) => judgeForm(toNobody)],
  ['no_store', judgeCaching],
  ['open_cors', ({ url, genuine }) => judgeCors(url, bearer(genuine), { withCookies: false })],
]

function judgeReachable({ status }: Answer): Outcome {
  if (status >= 500) return fail(`answers ${status} to nobody`)
  if (status === 404) return fail('there is no such route: name one that answers GET')
  return ok()
}

function judgeMissing({ status, headers }: Answer): Outcome {
  if (status !== 401) return fail(`no token is answered ${status}, not 401`)
  const challenge = headers.get('www-authenticate')
  if (challenge === null) return fail('the 401 has no WWW-Authenticate')
  if (!/^Bearer\b/i.test(challenge)) return fail('WWW-Authenticate does not ask for Bearer')
  // RFC 6750 section 3.1: whoever sent nothing is told no error.
  return /error=/i.test(challenge) ? fail('WWW-Authenticate names an error to nobody') : ok()
}

async function judgeGenuine(target: ApiTarget): Promise<Outcome> {
  const { toGenuine } = target
  if (!toGenuine) return skip(NEEDS_TOKEN)
  const { status } = toGenuine
  if (status >= 200 && status < 300) return ok()
  if (status === 403) return warn('answers 403: the role of this account is not enough here')
  if (status !== 401) return fail(`a genuine token is answered ${status}`)
  return fail(await whyRefused(target))
}

function judgeUser(answer: Answer | undefined, sub: unknown): Outcome {
  if (!answer || answer.status >= 300) return skip('no answer to a genuine token')
  const { json = {} } = answer
  const inner = typeof json.user === 'object' ? (json.user as Record<string, unknown>) : {}
  const told = [json.userId, json.user_id, json.sub, json.id, inner.id].filter(
    (id) => id !== undefined && id !== null,
  )
  if (told.length === 0) return skip('the answer names no user')
  return told.some((id) => String(id) === sub) ? ok() : fail('the answer names another user')
}

async function judgeMalformed(target: ApiTarget): Promise<Outcome> {
  const texts = ['Bearer', 'Bearer x', 'Bearer a.b.c', 'Bearer a b', 'Basic eDp5', `Bearer csr_x`]
  const outcomes: Outcome[] = []
  for (const text of texts) {
    const { status } = await ask(target.url, { headers: { Authorization: text } })
    outcomes.push(judgeRefusal(status, `"${text}"`, [400, 401, 403]))
  }
  return worst(outcomes)
}

/** The probe that sends every forgery that a rule refuses. */
function refusing(rule: Rule): Probe<ApiTarget> {
  return [
    rule,
    async (target) => {
      const forgeries = target.forgeries.filter((forgery) => forgery.rule === rule)
      if (forgeries.length === 0) return skip(missing(rule, target))
      const outcomes: Outcome[] = []
      for (const forgery of forgeries) outcomes.push(await judgeForgery(target, forgery))
      return hint(rule, worst(outcomes), outcomes)
    },
  ]
}

async function judgeForgery(target: ApiTarget, { rule, what, token }: Forgery): Promise<Outcome> {
  const others = rule === 'truncated' || rule === 'oversized' ? [400, 401, 413, 431] : [401]
  const advice = ADVICE[rule]
  const tell = (outcome: Outcome) => (advice ? softened(outcome, advice) : outcome)
  try {
    return tell(judgeRefusal((await target.send(token)).status, what, others))
  } catch (error) {
    if (error instanceof NoAnswer && rule === 'oversized') return warn('ends the connection')
    throw error
  }
}

/** Rules that other libraries do not have: worth a look, where nothing else is wrong. */
const ADVICE: Partial<Record<Rule, string>> = {
  respelled: 'never deny a token by its text',
  long_life: 'nothing bounds what a mistake of the issuer costs',
}

const softened = ({ level, detail = '' }: Outcome, advice: string): Outcome =>
  level === 'fail' ? warn(`${detail}: ${advice}`) : { level, detail }

function judgeRefusal(status: number, what: string, wanted: readonly number[]): Outcome {
  if (wanted.includes(status)) return ok()
  if (status < 300) return fail(`${what}: accepted`)
  if (status >= 500) return fail(`${what}: answered ${status}`)
  if (status === 429) return warn(`${what}: answered 429, so that nothing is known`)
  return status < 400 ? fail(`${what}: redirected`) : warn(`${what}: answered ${status}, not 401`)
}

/** A token that ended just now passes where a clock is behind; one of an hour ago where nobody looks. */
function hint(rule: Rule, found: Outcome, [first, second]: readonly Outcome[]): Outcome {
  if (rule !== 'expired' || found.level !== 'fail') return found
  const isLate = first?.level === 'ok' && second?.level === 'fail'
  const why = isLate ? 'its clock is behind, or its leeway too wide' : 'exp is not verified'
  return fail(`${found.detail}; ${why}`)
}

function missing(rule: Rule, { jwks, key, genuine }: ApiTarget): string {
  if (rule === 'confused_key')
    return jwks.length === 0 ? 'no published key to confuse' : NEEDS_TOKEN
  if (rule === 'old_key') return 'no key that has left is at hand'
  if (rule === 'respelled' && genuine) return 'its signature has no other spelling'
  return key ? NEEDS_TOKEN : NEEDS_KEY
}

async function judgeAddress({ url, genuine }: ApiTarget): Promise<Outcome> {
  if (!genuine) return skip(NEEDS_TOKEN)
  const address = new URL(url)
  for (const name of ['access_token', 'token']) address.searchParams.set(name, genuine)
  return judgeRefusal((await ask(address.href)).status, 'a token in the query', [400, 401])
}

async function judgeChallenge({ forgeries, send }: ApiTarget): Promise<Outcome> {
  const forgery = forgeries.find(({ rule }) => rule === 'changed_token')
  if (!forgery) return skip(NEEDS_TOKEN)
  const { status, headers, text } = await send(forgery.token)
  if (text.includes(forgery.token)) return fail('the refusal repeats the token')
  if (status !== 401) return skip('a bad token is not answered 401')
  const challenge = headers.get('www-authenticate') ?? ''
  if (!/^Bearer\b/i.test(challenge)) return fail('the 401 does not ask for Bearer')
  return /error="?invalid_token/.test(challenge) ? ok() : warn('WWW-Authenticate names no error')
}

function judgeCaching({ toGenuine, toNobody }: ApiTarget): Outcome {
  return judgeNoStore(toGenuine && toGenuine.status < 300 ? toGenuine : toNobody)
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}
