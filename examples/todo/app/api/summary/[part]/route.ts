import { protect } from '../../../../lib/auth'
import { loadTasks } from '../../../../lib/load-tasks'
import type { TaskCounts } from '../../../../lib/task'

const PARTS: readonly string[] = ['open', 'done', 'total'] satisfies (keyof TaskCounts)[]

interface SummaryContext {
  readonly params: Promise<{ readonly part: string }>
}

/** One number of the overview: how many tasks are open, done, or there at all. */
export const GET = protect(async (_request, _session, { params }: SummaryContext) => {
  const { part } = await params
  if (!PARTS.includes(part)) return refuse('not_found', 404)
  const page = await loadTasks(1)
  if (!page) return refuse('service_unavailable', 503)
  return Response.json({ part, count: page.counts[part as keyof TaskCounts] })
})

function refuse(code: string, status: number): Response {
  const headers = { 'Content-Type': 'application/problem+json' }
  const body = JSON.stringify({ type: `urn:countersign:error:${code}`, status, code })
  return new Response(body, { status, headers })
}
