import type { Metadata } from 'next'
import { LoadError } from '../../../components/load-error'
import { TaskBoard } from '../../../components/task-board'
import { protect } from '../../../lib/auth'
import { loadTasks } from '../../../lib/load-tasks'

export const metadata: Metadata = { title: 'Tasks' }

export default async function TasksPage() {
  await protect()
  const page = await loadTasks(100)
  if (!page) return <LoadError title="Tasks" path="/tasks" />
  return <TaskBoard page={page} />
}
