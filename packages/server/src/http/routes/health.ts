import { createRoute, z } from '@hono/zod-openapi'
import type { Database } from '../../database/database.js'
import { jsonAnswer, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import type { App, Services } from '../services.js'

/** A database that takes longer is not ready. */
const DEADLINE_MS = 2_000

const live = createRoute({
  method: 'get',
  path: '/health/live',
  summary: 'Whether the process answers',
  responses: { 200: jsonAnswer(z.object({ status: z.literal('live') }), 'It does') },
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  summary: 'Whether the process and its database answer',
  responses: {
    200: jsonAnswer(z.object({ status: z.literal('ready') }), 'They do'),
    ...problems('service_unavailable'),
  },
})

export function addHealthRoutes(app: App, { database }: Services): void {
  app.openapi(live, (c) => c.json({ status: 'live' as const }, 200))
  app.openapi(ready, async (c) => {
    if (await answers(database)) return c.json({ status: 'ready' as const }, 200)
    throw new ProblemError('service_unavailable', { retryAfterSeconds: 2 })
  })
}

async function answers(database: Database): Promise<boolean> {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  const late = new Promise<boolean>((resolve) => {
    deadline.addEventListener('abort', () => resolve(false), { once: true })
  })
  const asked = database.query({ text: 'select 1' }).then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late])
}
