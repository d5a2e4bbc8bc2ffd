import { createRoute } from '@hono/zod-openapi'
import { answerFeed } from '../answer-feed.js'
import { EVENT_STREAM } from '../feed-request.js'
import { problems } from '../openapi.js'
import { requireClient } from '../require-client.js'
import { RevocationFrames, RevocationQuery, RevocationSnapshot } from '../schemas.js'
import type { App, Services } from '../services.js'

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
    const { incoming } = c.env
    return answerFeed(services.revocations, c.req.raw, {
      since: c.req.valid('query').since,
      cut: incoming && (() => void incoming.socket.destroy()),
    })
  })
}
