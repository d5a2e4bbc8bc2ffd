import { createHash, randomBytes } from 'node:crypto'
import { SOCIAL_COOKIE_SUFFIX, SOCIAL_ERRORS, type SocialError } from '@countersign/core'
import { answer, NO_STORE, passRefusal, refuse, refuseForNow, withSession } from './answers.js'
import { callerOf } from './auth-server.js'
import type { SignInOutcome } from './backend.js'
import { type CookieForm, readCookie, setCookieHeader } from './cookie.js'
import { newcomerOf, withDevice } from './device-cookie.js'
import { safeReturnTo, withReturnTo } from './return-to.js'
import type { Route, RouteInput } from './route.js'
import { readSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** How long somebody may take at a provider. Seconds. */
const PENDING_SECONDS = 600
const VERIFIER = /^[\w-]{43}$/
const PROVIDER = /^[a-z0-9][a-z0-9_-]{0,31}$/
const HERE = 'http://here.invalid'

/**
 * Begins a sign-in through a provider: `{ returnTo?, remember? }`, answered with the `url` to which
 * the page goes. The verifier of the code that comes back stays in a cookie of this origin.
 */
export const beginSocial: Route = async (input) => {
  const { request, body, context, id: provider = '' } = input
  const { settings, backend } = context
  if (!backend.social) return refuse('not_supported')
  if (!PROVIDER.test(provider)) return refuse('not_found')
  const cookie = socialCookie(settings)
  const codeVerifier = verifierIn(request, cookie) ?? randomBytes(32).toString('base64url')
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const asked = {
    provider,
    returnTo: returnAddress(settings, safeReturnTo(body.returnTo)),
    codeChallenge,
    ...(body.remember === false ? { remember: false } : {}),
  }
  const reply = await backend.social.begin(asked, callerOf(request, settings))
  const url = reply.status === 200 ? webAddress(reply.body?.url) : undefined
  if (!url) return reply.status === 200 ? refuseForNow(undefined) : passRefusal(reply, settings)
  const response = answer(200, { url })
  const header = setCookieHeader(cookie, codeVerifier, PENDING_SECONDS)
  response.headers.append('Set-Cookie', header)
  return response
}

/** The browser comes back, with a code or an error. It always ends at a page of this application. */
export const returnFromSocial: Route = async (input) => {
  const { searchParams } = new URL(input.request.url)
  const to = safeReturnTo(searchParams.get('to'))
  const error = searchParams.get('error')
  if (error !== null) return goToSignIn(input, to, error)
  const outcome = await redeem(input, searchParams.get('code') ?? '')
  if (outcome?.kind === 'second-factor') {
    return goToSignIn(input, to, 'second_factor_required', outcome.challenge)
  }
  if (outcome?.kind !== 'signed-in') return goToSignIn(input, to, errorOf(outcome))
  const { settings, signOut } = input.context
  const previous = readSession(input.request.headers.get('cookie'), settings)
  if (previous && previous.sessionId !== outcome.session.sessionId) await signOut(previous)
  return withDevice(withSession(goTo(to), outcome.session, settings), outcome, settings)
}

async function redeem(
  { request, context }: RouteInput,
  code: string,
): Promise<SignInOutcome | undefined> {
  const { backend, settings } = context
  const codeVerifier = verifierIn(request, socialCookie(settings))
  if (!backend.social || !codeVerifier || code === '') return undefined
  return backend.social.redeem({ code, codeVerifier }, newcomerOf(request, settings))
}

function errorOf(outcome: SignInOutcome | undefined): string {
  if (outcome?.kind !== 'refused') return 'sign_in_expired'
  const { status, body } = outcome.reply
  return status >= 500 ? 'temporarily_unavailable' : String(body?.code)
}

/** A challenge goes along in the fragment, which no server sees. */
function goToSignIn(
  { context }: RouteInput,
  to: string,
  error: string,
  challenge?: string,
): Response {
  const known: SocialError = SOCIAL_ERRORS.find((one) => one === error) ?? 'sign_in_failed'
  const page = new URL(withReturnTo(context.settings.signInPath ?? '/', to), HERE)
  page.searchParams.set('error', known)
  if (challenge !== undefined) page.hash = new URLSearchParams({ challenge }).toString()
  return goTo(page.pathname + page.search + page.hash)
}

function goTo(path: string): Response {
  return new Response(null, { status: 303, headers: { Location: path, 'Cache-Control': NO_STORE } })
}

function returnAddress({ origin, basePath }: Settings, to: string): string {
  return `${origin}${basePath}/social/return?${new URLSearchParams({ to })}`
}

function socialCookie({ cookie }: Settings): CookieForm {
  return { ...cookie, name: cookie.name + SOCIAL_COOKIE_SUFFIX }
}

/** Several sign-ins at once share it: what it opens is good once, and for one of them. */
function verifierIn(request: Request, cookie: CookieForm): string | undefined {
  const value = readCookie(request.headers.get('cookie'), cookie.name)
  return value !== null && VERIFIER.test(value) ? value : undefined
}

function webAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined
}
