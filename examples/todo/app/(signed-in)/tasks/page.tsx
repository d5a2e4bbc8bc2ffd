import type { Metadata } from 'next'
import { LoadError } from '../../../components/load-error'
import { TaskBoard } from '../../../components/task-board'
import { loadTasks } from '../../../lib/load-tasks'
import { requireSession } from '../../../lib/session'

export const metadata: Metadata = { title: 'Tasks' }

export default async function TasksPage() {
  await requireSession()
  const page = await loadTasks(100)
  if (!page) return <LoadError title="Tasks" path="/tasks" />
  return <TaskBoard page={page} />
}
