import {
  ALGORITHMS,
  KeySetError,
  REQUIRED_CLAIMS,
  verificationKeys,
  verifyJws,
} from '@countersign/core'
import { ask, askWith } from './ask.js'
import { type AuthTarget, SAME_ORIGIN, type Session } from './auth-target.js'
import { judgeCookies } from './cookie-probes.js'
import { fail, type Outcome, ok, type Probe, skip, warn, worst } from './findings.js'
import { readToken } from './forged-tokens.js'
import { judgeForwarded } from './forwarded-probe.js'
import { REFRESH_PROBES } from './refresh-probes.js'
import {
  judgeClock,
  judgeCors,
  judgeForm,
  judgeHttps,
  judgeNoStore,
  STRANGER,
} from './shared-probes.js'

const NEEDS_ACCOUNT = 'needs an account that can sign in'
/** An access token that nobody can take back should not live longer, in seconds. */
const LONG_LIFE = 3600

/** The rules of an auth server, in the order in which they are tried: the last ones end sessions. */
export const AUTH_PROBES: readonly Probe<AuthTarget>[] = [
  ['metadata', judgeMetadata],
  ['https', ({ issuer }) => judgeHttps([issuer])],
  ['clock', (target) => judgeClock((target.asServer?.answer ?? target.keySet)?.clockAhead)],
  ['key_set', judgeKeySet],
  ['sign_in', judgeSignIn],
  ['wrong_password', judgeWrongPassword],
  ['key_of_token', judgeKeyOfToken],
  ['token_profile', judgeProfile],
  ['no_store', ({ asServer }) => (asServer ? judgeNoStore(asServer.answer) : skip(NEEDS_ACCOUNT))],
  ['cookie', judgeCookie],
  ['no_token_to_browser', judgeBrowserBody],
  ['cross_site', judgeCrossSite],
  [
    'open_cors',
    ({ issuer, paths }) => judgeCors(issuer + paths.sessions, {}, { withCookies: true }),
  ],
  ['refusal_form', judgeRefusalForm],
  ['hostile_input', judgeHostileInput],
  ['forwarded', judgeForwarded],
  ...REFRESH_PROBES,
]

const signedIn = (session: Session | undefined): session is Session =>
  session !== undefined && session.answer.status < 300 && session.accessToken !== ''

function judgeMetadata({ metadata, issuer }: AuthTarget): Outcome {
  if (!metadata) return fail('the metadata cannot be fetched')
  if (metadata.status === 404) return warn('there is no metadata (RFC 8414)')
  if (!metadata.json) return fail(`the metadata is answered ${metadata.status}, without JSON`)
  const named = metadata.json.issuer
  // RFC 8414 section 3.3: it must not be used then.
  return named === issuer ? ok() : fail(`the issuer calls itself ${named}, not ${issuer}`)
}

function judgeKeySet({ keySet, jwks, metadata, asServer, jwksUri }: AuthTarget): Outcome {
  if (!keySet) return fail(`${jwksUri} does not answer`)
  if (keySet.status !== 200) return fail(`${jwksUri} answers ${keySet.status}`)
  const alg = readToken(asServer?.accessToken ?? '')?.header.alg
  const isShared = alg === 'HS256' || metadata?.json?.countersign_hs256_kids !== undefined
  if (jwks.length === 0 && isShared) return ok('empty, since the secret is shared')
  try {
    verificationKeys({ keys: jwks })
    return /max-age=[1-9]/.test(keySet.headers.get('cache-control') ?? '')
      ? ok()
      : warn('no Cache-Control with max-age: every verifier guesses how long it may keep it')
  } catch (error) {
    if (error instanceof KeySetError) return fail(error.message)
    throw error
  }
}

function judgeSignIn({ asServer, asBrowser }: AuthTarget): Outcome {
  if (!asServer) return skip(NEEDS_ACCOUNT)
  const { status, json } = asServer.answer
  if (signedIn(asServer) || signedIn(asBrowser)) return ok()
  if (json?.next === 'second_factor') return fail('the account has a second factor: take another')
  return fail(`the sign-in is answered ${status}${json?.code ? ` ${json.code}` : ''}`)
}

async function judgeWrongPassword({ account, signIn }: AuthTarget): Promise<Outcome> {
  if (!account) return skip(NEEDS_ACCOUNT)
  const wrong = await signIn({}, { ...account, password: `${account.password}-wrong` })
  const { status } = wrong?.answer ?? { status: 0 }
  if (status === 401 || status === 400) return ok()
  return status < 300 ? fail('a wrong password signs in') : warn(`is answered ${status}`)
}

function judgeKeyOfToken({ asServer, jwks, metadata }: AuthTarget): Outcome {
  if (!signedIn(asServer)) return skip(NEEDS_ACCOUNT)
  const { alg, kid } = readToken(asServer.accessToken)?.header ?? {}
  if (alg === 'HS256') return judgeSharedKid(kid, metadata?.json?.countersign_hs256_kids)
  try {
    verifyJws(asServer.accessToken, {
      keys: verificationKeys({ keys: jwks }),
      algorithms: ALGORITHMS,
    })
    return ok()
  } catch {
    const isKnown = jwks.some((jwk) => jwk.kid === kid)
    if (jwks.length === 0) return skip('there is no key set to compare')
    return isKnown
      ? fail('the published key does not verify the token')
      : fail(`tokens are signed with key ${kid}, which is not in the key set: is it an old one?`)
  }
}

function judgeSharedKid(kid: unknown, listed: unknown): Outcome {
  if (!Array.isArray(listed)) return ok('a shared secret')
  return listed.includes(kid) ? ok() : fail(`secret ${kid} is not the one that the metadata lists`)
}

function judgeProfile({ asServer, issuer, audience }: AuthTarget): Outcome {
  if (!signedIn(asServer)) return skip(NEEDS_ACCOUNT)
  const { header, claims } = readToken(asServer.accessToken) ?? {}
  if (!header || !claims) return fail('the access token is no JWT')
  const missing = REQUIRED_CLAIMS.filter((name) => claims[name] === undefined)
  const life = Number(claims.exp) - Number(claims.iat)
  const audiences = [claims.aud].flat()
  const isMeant = audience === undefined || audiences.includes(audience)
  return worst([
    /^(application\/)?at\+jwt$/i.test(String(header.typ)) ? ok() : fail(`typ is ${header.typ}`),
    missing.length === 0 ? ok() : fail(`without ${missing.join(', ')}`),
    claims.iss === issuer ? ok() : fail(`iss is ${claims.iss}, not ${issuer}`),
    isMeant ? ok() : fail(`aud is ${audiences.join(', ')}, not ${audience}`),
    life <= LONG_LIFE ? ok() : fail(`a token lives ${life} s, and nothing can take it back`),
  ])
}

function judgeCookie({ asBrowser, issuer }: AuthTarget): Outcome {
  if (!asBrowser) return skip(NEEDS_ACCOUNT)
  if (asBrowser.answer.status >= 300) return skip('the sign-in of a browser is refused')
  return judgeCookies(asBrowser.answer, issuer)
}

function judgeBrowserBody({ asBrowser }: AuthTarget): Outcome {
  if (!asBrowser) return skip(NEEDS_ACCOUNT)
  return asBrowser.refreshToken === undefined ? ok() : fail('a refresh token is in the body')
}

/** As a page, and as a plain form, of another site would send them with the cookie of the victim. */
async function judgeCrossSite({ issuer, paths, asBrowser, account }: AuthTarget): Promise<Outcome> {
  const cookie: Record<string, string> = asBrowser?.cookie ? { Cookie: asBrowser.cookie } : {}
  const foreign = { ...cookie, Origin: STRANGER, 'Sec-Fetch-Site': 'cross-site' }
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const body = { email: account?.email ?? 'x@example.com', password: account?.password ?? 'x' }
  const attempts = [
    [paths.refresh, { ...foreign, 'X-Countersign': '1' }, undefined],
    [paths.refresh, { ...foreign, ...form }, 'a=b'],
    [paths.refresh, { ...cookie, ...SAME_ORIGIN, Origin: 'null' }, undefined],
    [paths.signIn, foreign, body],
    [paths.signIn, { ...foreign, ...form }, new URLSearchParams(body).toString()],
    [paths.signOut, { ...foreign, ...form }, 'a=b'],
  ] as const
  const outcomes: Outcome[] = []
  for (const [path, headers, sent] of attempts) {
    const question = sent === undefined ? {} : { body: sent }
    const { status } = await ask(issuer + path, { method: 'POST', headers, ...question })
    outcomes.push(
      status < 300 ? fail(`POST ${path} of another site is answered ${status}`) : judgeCalm(status),
    )
  }
  return worst(outcomes)
}

function judgeCalm(status: number): Outcome {
  return status >= 500 ? fail(`a hostile request is answered ${status}`) : ok()
}

async function judgeRefusalForm({ issuer, paths }: AuthTarget): Promise<Outcome> {
  const answers = [
    await ask(issuer + paths.refresh, { method: 'POST', body: { refreshToken: 'x' } }),
    await ask(`${issuer}/there-is-no-such-route`),
    await ask(issuer + paths.sessions),
  ]
  return worst(answers.map(judgeForm))
}

async function judgeHostileInput({ issuer, paths }: AuthTarget): Promise<Outcome> {
  const json = { 'Content-Type': 'application/json' }
  const bodies = ['', '{', '[]', 'null', '{"email":{"$ne":1},"password":["x"]}', 'x'.repeat(70_000)]
  const outcomes: Outcome[] = []
  for (const path of [paths.signIn, paths.refresh]) {
    for (const body of [...bodies, `{"email":"a\\u0000@b.c","password":"${'p'.repeat(5000)}"}`]) {
      const { status } = await ask(issuer + path, { method: 'POST', headers: json, body })
      outcomes.push(status < 300 ? fail(`POST ${path} takes hostile input`) : judgeCalm(status))
    }
  }
  const wrong = await askWith(`csr_${'A'.repeat(72)}`, issuer + paths.sessions)
  return worst([
    ...outcomes,
    wrong.status < 300 ? fail('a forged session counts') : judgeCalm(wrong.status),
  ])
}
