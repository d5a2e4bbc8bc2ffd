import { getSession } from '../lib/auth'
import { loadTasks } from '../lib/load-tasks'
import { SummaryCard } from './summary-card'

/** The numbers of the overview, as the server counts them. */
export async function Summary() {
  if (!(await getSession())) return null
  const page = await loadTasks(1)
  return <SummaryCard initial={page?.counts ?? null} />
}
