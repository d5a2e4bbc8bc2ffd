import 'server-only'
import { countersign } from './auth'
import type { Task } from './task'

/** The newest tasks of the visitor, asked as the visitor. */
export async function loadTasks(): Promise<readonly Task[]> {
  const response = await countersign.apiFetch('/api/v1/tasks?limit=100')
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  return ((await response.json()) as { tasks: readonly Task[] }).tasks
}
