import { redirect } from 'next/navigation'
import { apiUrl } from '../../../todo/lib/api-url'
import { SessionBar } from '../../components/session-bar'
import { TaskList } from '../../components/task-list'
import { auth } from '../../lib/auth'
import { loadTasks } from '../../lib/load-tasks'

export default async function TasksPage() {
  const session = await auth()
  if (!session) redirect('/sign-in?returnTo=/tasks')
  const tasks = await loadTasks()
  return (
    <>
      <SessionBar session={session} />
      <main className="page">
        <h1>Tasks</h1>
        <TaskList apiUrl={apiUrl()} initial={tasks} />
      </main>
    </>
  )
}
