import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, ask, askWith } from './ask.js'
import { type AuthTarget, type Session, sessionIn } from './auth-target.js'
import { fail, type Outcome, ok, type Probe, skip, warn, worst } from './findings.js'
import { readToken } from './forged-tokens.js'

const NEEDS_ACCOUNT = 'needs an account that can sign in'
const AT_ONCE = 10
/** Longer than the windows of any server that follows `spec/protocol.md` section 4, twice. */
const PATIENCE_MS = 310_000
const BETWEEN_MS = 3_000

/** The rules of refreshing, on sessions of their own. */
export const REFRESH_PROBES: readonly Probe<AuthTarget>[] = [
  ['access_is_no_session', judgeAccessToken],
  ['parallel_refresh', judgeParallel],
  ['reuse', judgeReuse],
  ['sign_out', judgeSignOut],
]

/** An API that was handed an access token must not be able to act on the account. */
async function judgeAccessToken({ asServer, issuer, paths }: AuthTarget): Promise<Outcome> {
  const accessToken = asServer?.accessToken
  if (!asServer || !accessToken) return skip(NEEDS_ACCOUNT)
  const body = { [asServer.refreshName]: accessToken }
  const asRefresh = await ask(issuer + paths.refresh, { method: 'POST', body })
  const asSession = await askWith(accessToken, issuer + paths.sessions)
  return worst([
    asRefresh.status < 300 ? fail('an access token refreshes') : ok(),
    asSession.status < 300 ? fail('an access token acts on the account') : ok(),
  ])
}

async function judgeParallel(target: AuthTarget): Promise<Outcome> {
  const session = await refreshable(target)
  if (!session) return skip(NEEDS_ACCOUNT)
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => target.refresh(session)))
  const found = judgeFamily(answers)
  if (found.level === 'fail') return found
  const next = await target.refresh(successorOf(answers[0], session))
  return next.status < 300 ? found : fail('the successor does not refresh')
}

/** What parallel refreshes of one token came to, where all get the same successor. */
function judgeFamily(answers: readonly Answer[]): Outcome {
  const found = judgeFamilies(answers)
  if (found.level === 'fail') return found
  const sessions = answers.map(sessionIn)
  const successors = new Set(sessions.map(({ refreshToken, cookie }) => refreshToken ?? cookie))
  if (successors.size === 1) return ok()
  return fail(`one token has ${successors.size} successors, and a thief would have one of them`)
}

/** The same where successors are sealed, each in another way. */
export function judgeFamilies(answers: readonly Answer[]): Outcome {
  const refused = answers.filter(({ status }) => status >= 300)
  if (refused.length === answers.length) return fail(`refused: ${refused[0]?.status}`)
  if (refused.some(({ status }) => status === 401 || status === 400 || status === 403)) {
    return fail(
      `${refused.length} of ${answers.length} are refused: it rotates strictly, without a grace, so that two tabs sign a user out`,
    )
  }
  if (refused.length > 0) return fail(`${refused.length} are answered ${refused[0]?.status}`)
  const sids = answers.map((answer) => readToken(sessionIn(answer).accessToken)?.claims.sid)
  const families = new Set(sids).size
  return families === 1 ? ok() : fail(`they are ${families} families`)
}

/** Needs two rotations, between which a server may let its windows pass. */
async function judgeReuse(target: AuthTarget): Promise<Outcome> {
  const first = await refreshable(target)
  if (!first) return skip(NEEDS_ACCOUNT)
  const second = await rotated(target, first)
  const third = second && (await rotated(target, second))
  if (!second || !third) {
    const hint = target.patient ? 'it did not rotate within five minutes' : 'takes a minute: --slow'
    return target.patient ? warn(hint) : skip(hint)
  }
  const again = await target.refresh(first)
  if (again.status < 300) return fail('a refresh token that was replaced twice still works')
  const after = await target.refresh(third)
  return after.status < 300 ? fail('a reuse is refused, and its family lives on') : ok()
}

/** Refreshes until there is another token; `undefined` if that takes too long. */
async function rotated(target: AuthTarget, session: Session): Promise<Session | undefined> {
  const until = Date.now() + (target.patient ? PATIENCE_MS : 0)
  for (;;) {
    const answer = await target.refresh(session)
    if (answer.status >= 300) return undefined
    const next = successorOf(answer, session)
    if (next.refreshToken !== session.refreshToken || next.cookie !== session.cookie) return next
    if (Date.now() >= until) return undefined
    await delay(BETWEEN_MS)
  }
}

/** A server may answer without a new refresh token, which means to keep the old one. */
function successorOf(answer: Answer | undefined, before: Session): Session {
  const next = answer ? sessionIn(answer) : before
  const { refreshToken = before.refreshToken } = next
  return { ...next, refreshToken, cookie: next.cookie || before.cookie }
}

async function judgeSignOut(target: AuthTarget): Promise<Outcome> {
  const session = await refreshable(target)
  if (!session) return skip(NEEDS_ACCOUNT)
  const answer = await target.signOut(session)
  if (answer.status >= 300) return fail(`the sign-out is answered ${answer.status}`)
  const after = await target.refresh(session)
  return after.status < 300 ? fail('a session that signed out still refreshes') : ok()
}

async function refreshable(target: AuthTarget): Promise<Session | undefined> {
  const session = await target.signIn()
  if (!session || session.answer.status >= 300) return undefined
  if (session.refreshToken !== undefined) return session
  const inBrowser = await target.signIn({ 'Sec-Fetch-Site': 'same-origin' })
  return inBrowser?.cookie ? inBrowser : undefined
}
