import { timingSafeEqual } from 'node:crypto'
import { LAST_EVENT_ID_HEADER, PREFERENCE_APPLIED_HEADER } from '@countersign/core'
import { createAuthEndpoint } from 'better-auth/api'
import { hashClientSecret } from '../clients/clients.js'
import { answerError } from '../http/answer-error.js'
import { isFromBrowser } from '../http/caller.js'
import { clientCredentials } from '../http/credentials.js'
import { EVENT_STREAM, preferredWait, wantsStream } from '../http/feed-request.js'
import { ProblemError } from '../http/problem-error.js'
import { eventStream } from '../revocations/event-stream.js'
import { longPoll } from '../revocations/long-poll.js'
import type { Engine } from './engine.js'
import type { FeedClient } from './plugin-options.js'

/**
 * The revocation feed (`spec/protocol.md` section 6), for the clients of the options. It is where
 * verifiers look for it by default, and among our other endpoints.
 */
export function feedEndpoint<const Path extends string>(path: Path, engine: () => Engine) {
  const answer = async ({ request }: { readonly request: Request }): Promise<Response> => {
    try {
      return await answerFeed(engine(), request)
    } catch (error) {
      const { body, ...init } = answerError(error, path, engine().log)
      return new Response(body, init)
    }
  }
  return createAuthEndpoint(path, { method: 'GET', requireRequest: true }, answer)
}

async function answerFeed(engine: Engine, request: Request): Promise<Response> {
  const { headers } = request
  assertClient(headers, engine.options.clients)
  // It would say that all is well where nothing is ever announced.
  await engine.signing()
  const { revocations } = engine
  await revocations.ready()
  const since = new URL(request.url).searchParams.get('since') ?? undefined
  return wantsStream(headers)
    ? stream(engine, request, headers.get(LAST_EVENT_ID_HEADER) ?? since)
    : poll(engine, request, since)
}

function stream({ revocations }: Engine, { signal }: Request, since?: string): Response {
  const headers = {
    'Content-Type': EVENT_STREAM,
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  }
  return new Response(eventStream(revocations, { since, signal }), { headers })
}

async function poll(
  { revocations }: Engine,
  { headers: asked, signal }: Request,
  since?: string,
): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  const waitSeconds = preferredWait(asked)
  if (since === undefined || waitSeconds === 0) {
    return new Response(revocations.told(since) ?? revocations.silence(), { headers })
  }
  const body = await longPoll(revocations, { since, waitSeconds, signal })
  const applied = { ...headers, [PREFERENCE_APPLIED_HEADER]: `wait=${waitSeconds}` }
  return new Response(body, { headers: applied })
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
