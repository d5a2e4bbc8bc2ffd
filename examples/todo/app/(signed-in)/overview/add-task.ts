'use server'

import { revalidatePath } from 'next/cache'
import { apiFetch, protect } from '../../../lib/auth'

/** A server action is called by whoever can reach the server, so it checks for itself who that is. */
export async function addTask(form: FormData): Promise<void> {
  await protect()
  // What the API refuses is not in the list then.
  await apiFetch('/api/v1/tasks', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title: String(form.get('title') ?? '').trim() }),
  }).catch(() => undefined)
  revalidatePath('/overview')
}
