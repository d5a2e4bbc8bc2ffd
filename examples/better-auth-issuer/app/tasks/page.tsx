import { apiUrl } from '../../../todo/lib/api-url'
import { SessionBar } from '../../components/session-bar'
import { TaskList } from '../../components/task-list'
import { loadTasks } from '../../lib/load-tasks'
import { requireSession } from '../../lib/session'

export default async function TasksPage() {
  await requireSession()
  const tasks = await loadTasks()
  return (
    <>
      <SessionBar />
      <main className="page">
        <h1>Tasks</h1>
        <TaskList apiUrl={apiUrl()} initial={tasks} />
      </main>
    </>
  )
}
