import type { SocialError } from '@countersign/core'
import { createRoute } from '@hono/zod-openapi'
import type { PendingSignIn, SignInSecrets } from '../../social/pending-sign-in.js'
import type { Provider } from '../../social/provider.js'
import { SocialFailure } from '../../social/social-failure.js'
import type { KnownCaller } from '../known-caller.js'
import { ProblemError } from '../problem-error.js'
import { refreshCookie } from '../refresh-cookie.js'
import { withParameter } from '../return-url.js'
import type { App, AppContext, Services } from '../services.js'
import { answerSignIn } from '../session-answer.js'
import { admitPerson, auditFailure, signInPerson } from '../sign-in-person.js'
import { isMarked, socialCookie } from '../social-cookie.js'
import { ProviderName } from '../social-schemas.js'
import { callbackUrl } from './social.js'

const callback = createRoute({
  method: 'get',
  path: '/callback/{provider}',
  summary: 'Where a provider sends the browser back',
  request: { params: ProviderName },
  responses: {
    303: { description: 'Back to the application, signed in, with a code, or with an error' },
  },
})

/** What is in the address of a return, and who returns. */
interface Return {
  readonly answer: URLSearchParams
  readonly pending: PendingSignIn
  readonly secrets: SignInSecrets
  readonly caller: KnownCaller
}

export function addSocialCallback(app: App, services: Services): void {
  app.openapi(callback, async (c) => {
    const answer = new URL(c.req.url).searchParams
    const found = await services.pendingSignIns.finish(answer.get('state') ?? '')
    if (!found) return goTo(withError(home(services), 'sign_in_expired'))
    const { pending } = found
    const caller = { ...c.get('caller'), fromBrowser: true, clientId: pending.clientId }
    try {
      const given = { ...found, answer, caller }
      const from = {
        provider: c.req.valid('param').provider,
        isSameBrowser: isSame(c, pending, services),
      }
      return await auditFailure(services, caller, pending.provider, () =>
        finish(given, checked(given, from, services), services),
      )
    } catch (error) {
      const address = withError(pending.returnTo, reasonOf(error, services, pending))
      return goTo(error instanceof SocialFailure ? withStep(address, error) : address)
    }
  })
}

/** A state is good for the provider and the browser that it was made for (GHSA-x445-f3h2-j279). */
function checked(
  { pending }: Return,
  from: { readonly provider: string; readonly isSameBrowser: boolean },
  { providers }: Services,
): Provider {
  const provider = providers.get(pending.provider)
  if (!provider || from.provider !== pending.provider || !from.isSameBrowser) {
    throw new SocialFailure('sign_in_failed')
  }
  return provider
}

function isSame(c: AppContext, { browser }: PendingSignIn, { options }: Services): boolean {
  // A code is bound by a cookie of the web origin instead, which is asked for at `/token`.
  if (browser === undefined) return true
  const cookie = socialCookie(refreshCookie(options.origin, c.get('caller').userAgent))
  return isMarked(c.req.raw.headers, cookie, browser)
}

async function finish(given: Return, provider: Provider, services: Services): Promise<Response> {
  const { answer, secrets, pending, caller } = given
  const redirectUri = callbackUrl(services.options.issuer, provider.id)
  const person = await provider.identify(answer, { ...secrets, redirectUri })
  if (pending.codeChallenge !== undefined) {
    const admitted = await admitPerson(services, caller, person)
    const { clientId, remember } = pending
    const grant = { ...admitted, clientId, remember }
    const code = await services.signInCodes.issue(grant, pending.codeChallenge)
    return goTo(withParameter(pending.returnTo, 'code', code))
  }
  const { remember, former } = pending
  const live = await signInPerson(services, caller, { person, remember, former })
  return goTo(pending.returnTo, answerSignIn(caller, services, live).headers)
}

/** What the person is told; whatever went wrong here is not their fault and may go by. */
function reasonOf(error: unknown, { log }: Services, { provider }: PendingSignIn): SocialError {
  if (error instanceof SocialFailure) {
    const { reason, cause } = error
    if (cause) log.warn({ provider, reason, cause: causeOf(cause) }, 'a sign-in was refused')
    return reason
  }
  log.error({ provider, error: causeOf(error) }, 'a sign-in failed')
  return 'temporarily_unavailable'
}

/** Name and message: neither has a code or a token in it, as the causes below them do. */
function causeOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown'
}

/** Where somebody goes of whom nothing is known any more. */
function home({ options }: Services): string {
  if (options.webUrl) return options.webUrl
  const web = [...options.trustedOrigins].find((origin) => origin !== options.origin)
  if (!web) throw new ProblemError('not_found')
  return `${web}/`
}

function withError(address: string, error: SocialError): string {
  return withParameter(address, 'error', error)
}

/** The challenge is in the fragment, which no server sees: of a page that can show the second step. */
function withStep(address: string, { step }: SocialFailure): string {
  if (!step) return address
  const url = new URL(address)
  url.hash = new URLSearchParams({ challenge: step.challenge }).toString()
  return url.href
}

function goTo(
  address: string,
  given: Readonly<Record<string, string | readonly string[]>> = {},
): Response {
  const headers = new Headers({ 'Cache-Control': 'private, no-store', Location: address })
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value].flat()) headers.append(name, one)
  }
  return new Response(null, { status: 303, headers })
}
