import 'server-only'
import { headers } from 'next/headers'
import { apiUrl } from '../../todo/lib/api-url'
import { getAuth } from './auth'
import type { Task } from './task'

/** The newest tasks of the visitor, asked as the visitor. */
export async function loadTasks(): Promise<readonly Task[]> {
  const visitor = await headers()
  const auth = await getAuth()
  const { accessToken } = await auth.api.countersignRefresh({ headers: visitor })
  const response = await fetch(`${apiUrl()}/api/v1/tasks?limit=100`, {
    headers: { Authorization: `Bearer ${accessToken}` },
    cache: 'no-store',
  })
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  return ((await response.json()) as { tasks: readonly Task[] }).tasks
}
