import { timingSafeEqual } from 'node:crypto'
import { createAuthEndpoint } from 'better-auth/api'
import { hashClientSecret } from '../clients/clients.js'
import { answerError } from '../http/answer-error.js'
import { answerFeed } from '../http/answer-feed.js'
import { isFromBrowser } from '../http/caller.js'
import { clientCredentials } from '../http/credentials.js'
import { ProblemError } from '../http/problem-error.js'
import type { Engine } from './engine.js'
import type { FeedClient } from './plugin-options.js'

const PATH = '/revocations'

/**
 * The revocation feed (`spec/protocol.md` section 6), for the clients of the options. It is where
 * verifiers look for it by default.
 */
export function feedEndpoint(engine: () => Engine) {
  const answer = async ({ request }: { readonly request: Request }): Promise<Response> => {
    try {
      return await tell(engine(), request)
    } catch (error) {
      const { body, ...init } = answerError(error, PATH, engine().log)
      return new Response(body, init)
    }
  }
  return createAuthEndpoint(PATH, { method: 'GET', requireRequest: true }, answer)
}

async function tell(engine: Engine, request: Request): Promise<Response> {
  assertClient(request.headers, engine.options.clients)
  // It would say that all is well where nothing is ever announced.
  await engine.signing()
  const since = new URL(request.url).searchParams.get('since') ?? undefined
  return answerFeed(engine.revocations, request, { since })
}

/** A browser is never a client, since it cannot keep a secret. */
function assertClient(headers: Headers, clients: readonly FeedClient[]): void {
  const isBasic = /^Basic /i.test(headers.get('authorization') ?? '')
  const credentials = isBasic ? clientCredentials(headers) : undefined
  const client = clients.find(({ id }) => id === credentials?.id)
  if (!credentials || !client || isFromBrowser(headers)) throw new ProblemError('invalid_client')
  const [shown, known] = [credentials.secret, client.secret].map(hashClientSecret)
  if (!shown || !known || !timingSafeEqual(shown, known)) throw new ProblemError('invalid_client')
}
