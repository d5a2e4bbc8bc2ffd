import { CSRF_HEADER } from '@countersign/core'
import { type Answer, ask, askWith } from './ask.js'
import { type Account, type Session, sessionIn } from './auth-target.js'
import { cookieHeader, judgeCookies } from './cookie-probes.js'
import { fail, type Outcome, ok, type Probe, skip, worst } from './findings.js'
import { judgeFamilies } from './refresh-probes.js'
import { judgeClock, judgeCors, judgeNoStore, STRANGER } from './shared-probes.js'

const AT_ONCE = 10
const NO_HANDLERS = 'there are no route handlers of @countersign/next'

export interface WebSubject {
  readonly origin: string
  /** Address of the route handlers. */
  readonly base: string
  /** Of the auth server, which a page asks itself where there are no route handlers. */
  readonly issuer: string
  readonly account: Account | undefined
  /** A route of the API that answers whoever is signed in. */
  readonly me: string | undefined
}

export interface WebTarget extends WebSubject {
  readonly session: Session | undefined
  /** Posts as a page of the application does. */
  post(path: string, cookie: string): Promise<Answer>
}

/** Signs in at a web server as a browser does. */
export async function meetWeb(subject: WebSubject): Promise<WebTarget> {
  const { origin, base, account } = subject
  const headers = { Origin: origin }
  const answer = account && (await ask(`${base}/login`, { method: 'POST', headers, body: account }))
  return {
    ...subject,
    session: answer && sessionIn(answer),
    post: (path, cookie) =>
      ask(base + path, {
        method: 'POST',
        headers: { ...headers, Cookie: cookie, [CSRF_HEADER]: '1' },
      }),
  }
}

/** The rules of a web server that holds sessions for its browsers. */
export const WEB_PROBES: readonly Probe<WebTarget>[] = [
  ['sign_in', judgeSignIn],
  ['trusted_origin', judgeTrust],
  ['clock', ({ session }) => judgeClock(session?.answer.clockAhead)],
  ['cookie', whenSignedIn(({ origin }, { answer }) => judgeCookies(answer, origin))],
  ['no_token_to_browser', whenSignedIn((_, session) => judgeBody(session))],
  ['no_store', whenSignedIn((_, { answer }) => judgeNoStore(answer))],
  ['genuine_token', whenSignedIn(judgeToken)],
  ['cross_site', whenSignedIn(judgeCrossSite)],
  ['open_cors', ({ base }) => judgeCors(`${base}/me`, {}, { withCookies: true })],
  ['parallel_refresh', whenSignedIn(judgeParallel)],
  ['sign_out', whenSignedIn(judgeSignOut)],
]

function judgeSignIn({ session, account, origin }: WebTarget): Outcome {
  if (!account) return skip('needs an account that can sign in')
  const { status = 0, json } = session?.answer ?? {}
  if (status < 300 && session?.cookie) return ok()
  const isPage = status < 300 && !json
  if (status === 404 || status === 405 || isPage) return skip(NO_HANDLERS)
  const detail = typeof json?.detail === 'string' ? `: ${json.detail}` : ''
  return fail(`a sign-in from ${origin} is answered ${status} ${json?.code ?? ''}${detail}`)
}

/** A single-page app talks to the auth server itself, which has to know its origin. */
async function judgeTrust({ session, account, origin, issuer }: WebTarget): Promise<Outcome> {
  if (!account) return skip('needs an account that can sign in')
  if (session?.cookie) return ok('through its own server')
  const headers = { Origin: origin, 'Sec-Fetch-Site': 'same-site' }
  const answer = await ask(`${issuer}/login`, { method: 'POST', headers, body: account })
  if (answer.status === 403) {
    return fail(`the auth server does not trust ${origin}: COUNTERSIGN_TRUSTED_ORIGINS`)
  }
  if (answer.status >= 300) return fail(`a sign-in from ${origin} is answered ${answer.status}`)
  const isReadable =
    answer.headers.get('access-control-allow-origin') === origin &&
    answer.headers.get('access-control-allow-credentials') === 'true'
  return isReadable ? ok() : fail(`CORS of the auth server does not let ${origin} read its answers`)
}

/** A probe of a session, which is skipped without one. */
function whenSignedIn(
  judge: (target: WebTarget, session: Session) => Outcome | Promise<Outcome>,
): (target: WebTarget) => Outcome | Promise<Outcome> {
  return (target) => {
    const { session } = target
    const isThere = session && session.answer.status < 300 && session.accessToken !== ''
    return isThere ? judge(target, session) : skip('nobody is signed in')
  }
}

function judgeBody({ refreshToken, cookie }: Session): Outcome {
  if (refreshToken !== undefined) return fail('a refresh token is in the body')
  return /csr_/.test(cookie) ? fail('the cookie shows the refresh token: seal it') : ok()
}

async function judgeToken({ me }: WebTarget, { accessToken }: Session): Promise<Outcome> {
  if (!me) return skip('there is no API address')
  const { status } = await askWith(accessToken, me)
  return status < 300 ? ok('that of the web at the API') : fail(`the API answers it ${status}`)
}

async function judgeCrossSite({ base }: WebTarget, { cookie }: Session): Promise<Outcome> {
  const headers = { Origin: STRANGER, 'Sec-Fetch-Site': 'cross-site', Cookie: cookie }
  const outcomes: Outcome[] = []
  for (const path of ['/token', '/refresh', '/logout', '/login']) {
    const more = { [CSRF_HEADER]: '1' }
    const { status } = await ask(base + path, { method: 'POST', headers: { ...headers, ...more } })
    outcomes.push(status < 300 ? fail(`POST ${path} of another site is answered ${status}`) : ok())
  }
  return worst(outcomes)
}

async function judgeParallel({ post }: WebTarget, { cookie }: Session): Promise<Outcome> {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post('/refresh', cookie)))
  const found = judgeFamilies(answers)
  if (found.level === 'fail') return found
  const [one] = answers
  const next = await post('/refresh', (one && cookieHeader(one)) || cookie)
  return next.status < 300 ? found : fail('the successor does not refresh')
}

async function judgeSignOut({ post }: WebTarget, { cookie }: Session): Promise<Outcome> {
  const { status } = await post('/logout', cookie)
  if (status >= 300) return fail(`the sign-out is answered ${status}`)
  const after = await post('/refresh', cookie)
  return after.status < 300 ? fail('a session that signed out still refreshes') : ok()
}
