import { getSession } from '../../../../lib/auth'
import { loadTasks } from '../../../../lib/load-tasks'
import type { TaskCounts } from '../../../../lib/task'

const PARTS: readonly string[] = ['open', 'done', 'total'] satisfies (keyof TaskCounts)[]

/** One number of the overview: how many tasks are open, done, or there at all. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ part: string }> },
): Promise<Response> {
  const { part } = await params
  if (!PARTS.includes(part)) return answer('not_found', 404)
  if (!(await getSession())) return answer('missing_token', 401)
  const page = await loadTasks(1)
  if (!page) return answer('service_unavailable', 503)
  return Response.json(
    { part, count: page.counts[part as keyof TaskCounts] },
    { headers: { 'Cache-Control': 'no-store' } },
  )
}

function answer(code: string, status: number): Response {
  const headers = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' }
  return new Response(JSON.stringify({ type: `urn:countersign:error:${code}`, status, code }), {
    status,
    headers: status === 401 ? { ...headers, 'WWW-Authenticate': 'Bearer' } : headers,
  })
}
