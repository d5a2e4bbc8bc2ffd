import { apiFetch } from '../../../lib/auth'
import { isOwnForm, leadTo } from '../../../lib/plain-form'

/** Adds a task for a page whose scripts have not run (yet), then leads back to the list. */
export async function POST(request: Request): Promise<Response> {
  if (!isOwnForm(request)) return new Response('Forbidden', { status: 403 })
  const form = await request.formData().catch(() => undefined)
  const title = form?.get('title')
  if (typeof title !== 'string') return new Response('Not a form', { status: 415 })
  // What the API refuses is not in the list then; the page itself would have said so beforehand.
  await apiFetch('/api/v1/tasks', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  }).catch(() => undefined)
  return leadTo('/tasks')
}
