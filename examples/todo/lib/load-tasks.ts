import 'server-only'
import { apiFetch } from './auth'
import type { TaskPage } from './task'

/** The newest tasks of the visitor, or null if the API cannot be asked just now. */
export async function loadTasks(limit: number): Promise<TaskPage | null> {
  try {
    const response = await apiFetch(`/api/v1/tasks?limit=${limit}`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    })
    return response.ok ? ((await response.json()) as TaskPage) : null
  } catch {
    return null
  }
}
