import Link from 'next/link'
import { getSession } from '../lib/auth'
import { loadTasks } from '../lib/load-tasks'
import { Tick } from './tick'

/** The five newest tasks, to be read; they are changed on their own page. */
export async function RecentTasks() {
  if (!(await getSession())) return null
  const page = await loadTasks(5)
  return (
    <section className="sheet overview-card recent" aria-labelledby="recent-title">
      <div className="card-head">
        <h2 id="recent-title">Newest</h2>
        <Link href="/tasks">All tasks</Link>
      </div>
      {page?.tasks.length === 0 && <p>Nothing yet. Your first task will show up here.</p>}
      {page === null && <p>Your tasks could not be loaded.</p>}
      <ul className="entries">
        {page?.tasks.map((task) => (
          <li className="entry" data-done={task.done} key={task.id}>
            <span className="tick-box">{task.done && <Tick />}</span>
            <span className="entry-title">
              {task.title}
              {task.done && <span className="visually-hidden"> (signed off)</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
