import { LAST_EVENT_ID_HEADER, PREFERENCE_APPLIED_HEADER } from '@countersign/core'
import { createRoute } from '@hono/zod-openapi'
import { eventStream } from '../../revocations/event-stream.js'
import { longPoll } from '../../revocations/long-poll.js'
import { EVENT_STREAM, preferredWait, wantsStream } from '../feed-request.js'
import { problems } from '../openapi.js'
import { requireClient } from '../require-client.js'
import { RevocationFrames, RevocationQuery, RevocationSnapshot } from '../schemas.js'
import type { App, AppContext, Services } from '../services.js'

const feed = createRoute({
  method: 'get',
  path: '/revocations',
  summary: 'What was revoked, and what is being revoked (spec/protocol.md section 6)',
  security: [{ clientSecret: [] }],
  request: { query: RevocationQuery },
  responses: {
    200: {
      content: {
        'application/json': { schema: RevocationSnapshot },
        [EVENT_STREAM]: { schema: RevocationFrames },
      },
      description: 'A snapshot; with `since` and `Prefer: wait=25` as soon as there is news',
    },
    ...problems('invalid_request', 'invalid_client', 'insufficient_scope', 'service_unavailable'),
  },
})

/** The revocation feed, for clients that may read it. */
export function addRevocationsRoute(api: App, services: Services): void {
  api.openapi(feed, async (c) => {
    await requireClient(c, services, 'revocations:read')
    await services.revocations.ready()
    const { since } = c.req.valid('query')
    return wantsStream(c.req.raw.headers) ? stream(c, services, since) : poll(c, services, since)
  })
}

function stream(c: AppContext, { revocations }: Services, since: string | undefined): Response {
  const headers = { 'Content-Type': EVENT_STREAM, 'X-Accel-Buffering': 'no' }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const { incoming } = c.env
  const body = eventStream(revocations, {
    since: c.req.header(LAST_EVENT_ID_HEADER) ?? since,
    signal: c.req.raw.signal,
    cut: incoming && (() => void incoming.socket.destroy()),
  })
  return c.body(body, 200, headers)
}

async function poll(
  c: AppContext,
  { revocations }: Services,
  since: string | undefined,
): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  const waitSeconds = preferredWait(c.req.raw.headers)
  if (since === undefined || waitSeconds === 0 || c.req.method === 'HEAD') {
    return c.body(revocations.told(since) ?? revocations.silence(), 200, headers)
  }
  const { signal } = c.req.raw
  const body = await longPoll(revocations, { since, waitSeconds, signal })
  return c.body(body, 200, { ...headers, [PREFERENCE_APPLIED_HEADER]: `wait=${waitSeconds}` })
}
