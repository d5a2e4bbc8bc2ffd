import { createHash } from 'node:crypto'
import { createRoute } from '@hono/zod-openapi'
import type { PendingSignIn } from '../../social/pending-sign-in.js'
import type { Provider } from '../../social/provider.js'
import { SocialFailure } from '../../social/social-failure.js'
import { cacheable } from '../cacheable.js'
import { senderOf } from '../call.js'
import { authenticateCaller } from '../known-caller.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { readRefreshCookie, refreshCookie } from '../refresh-cookie.js'
import { readReturnUrl } from '../return-url.js'
import type { App, AppContext, Services } from '../services.js'
import { markBrowser, socialCookie } from '../social-cookie.js'
import { ProviderList, ProviderName, SocialStart, SocialStartBody } from '../social-schemas.js'

const PROVIDERS_SECONDS = 60
/** How the path ends at which a web server redeems codes. */
const SOCIAL_RETURN_PATH = '/social/return'
/** How soon to come again when a provider does not answer. */
const RETRY_SECONDS = 5

const list = createRoute({
  method: 'get',
  path: '/providers',
  summary: 'Who may sign people in, for the buttons of a form',
  responses: {
    200: jsonAnswer(ProviderList, 'In the order of the configuration'),
    304: { description: 'The entity tag of the request is current' },
  },
})

const start = createRoute({
  method: 'post',
  path: '/social/{provider}',
  summary: 'Begin to sign in through a provider',
  request: { params: ProviderName, ...jsonBody(SocialStartBody) },
  responses: {
    200: jsonAnswer(SocialStart, 'Where the browser goes now'),
    ...problems(
      ...(['invalid_request', 'csrf_rejected', 'invalid_client', 'not_found'] as const),
      ...(['payload_too_large', 'unsupported_media_type', 'rate_limited'] as const),
      'service_unavailable',
    ),
  },
})

export function addSocialRoutes(app: App, services: Services): void {
  const providers = {
    providers: [...services.providers.values()].map(({ id, name }) => ({ id, name })),
  }
  const answerProviders = cacheable(() => providers, PROVIDERS_SECONDS)
  app.openapi(list, (c) => {
    const { body, status, headers } = answerProviders(c.req.raw.headers)
    return body === null ? c.body(null, status, headers) : c.newResponse(body, status, headers)
  })

  app.openapi(start, async (c) => {
    const provider = services.providers.get(c.req.valid('param').provider)
    if (!provider) throw new ProblemError('not_found')
    const caller = await authenticateCaller(senderOf(c), services)
    await services.limits.social(caller.ip)
    const { pending, headers } = await describe(c, services, {
      ...c.req.valid('json'),
      provider: provider.id,
      clientId: caller.clientId,
    })
    return c.json({ url: await begin(provider, pending, services) }, 200, headers)
  })
}

interface Asked {
  readonly provider: string
  readonly clientId: string
  readonly returnTo?: string | undefined
  readonly remember?: boolean | undefined
  readonly codeChallenge?: string | undefined
}

/**
 * What has to be known when the browser comes back, and by what it is known then: a browser by a
 * cookie of ours, the browser of a web server by a cookie of that server, whose proof makes the code.
 */
async function describe(c: AppContext, services: Services, asked: Asked) {
  const { fromBrowser, userAgent } = c.get('caller')
  const { headers } = c.req.raw
  const { trustedOrigins, origin } = services.options
  const { provider, clientId, remember = true, codeChallenge } = asked
  const asking = fromBrowser ? (headers.get('origin') ?? origin) : undefined
  const returnTo = readReturnUrl(asked.returnTo ?? '/', asking, trustedOrigins).href
  const common = { provider, clientId, remember, returnTo }
  if (fromBrowser === (codeChallenge !== undefined)) {
    const detail = '"codeChallenge" is for servers, which need it, and not for browsers'
    throw new ProblemError('invalid_request', { detail })
  }
  if (codeChallenge !== undefined) {
    assertRedeems(returnTo)
    return { pending: { ...common, codeChallenge }, headers: {} }
  }
  const cookie = refreshCookie(origin, userAgent)
  const former = await formerSession(readRefreshCookie(headers, cookie), services)
  const { hash: browser, setCookie } = markBrowser(headers, socialCookie(cookie))
  const pending = { ...common, browser, ...(former ? { former } : {}) }
  return { pending, headers: { 'Set-Cookie': setCookie } }
}

/**
 * Anybody may ask for a code with a challenge of their own and send somebody else to the provider. It
 * must not arrive at a page that tells its address on, but where codes are redeemed or forgotten.
 */
function assertRedeems(returnTo: string): void {
  if (new URL(returnTo).pathname.endsWith(SOCIAL_RETURN_PATH)) return
  const detail = `"returnTo": the path for a code must end in ${SOCIAL_RETURN_PATH}`
  throw new ProblemError('invalid_request', { detail })
}

/** The cookie is not there when the browser comes back from another site: it is `Strict`. */
async function formerSession(text: string | undefined, { sessions }: Services) {
  const token = text === undefined ? undefined : sessions.decode(text)
  const judgement = token && (await sessions.inspect(token))
  if (!judgement || judgement.outcome === 'unknown') return undefined
  return { sessionId: judgement.row.id, userId: judgement.row.user_id }
}

async function begin(
  provider: Provider,
  pending: PendingSignIn,
  { pendingSignIns, options, log }: Services,
): Promise<string> {
  const { state, nonce, codeVerifier } = await pendingSignIns.begin(pending)
  const redirectUri = callbackUrl(options.issuer, provider.id)
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  try {
    const url = await provider.authorizationUrl({ redirectUri, state, nonce, codeChallenge })
    return url.href
  } catch (error) {
    if (!(error instanceof SocialFailure)) throw error
    log.warn({ provider: provider.id, reason: String(error.cause) }, 'a provider did not answer')
    throw new ProblemError('service_unavailable', { retryAfterSeconds: RETRY_SECONDS })
  }
}

/** What is registered at the provider. */
export function callbackUrl(issuer: string, provider: string): string {
  return `${issuer}/callback/${provider}`
}
