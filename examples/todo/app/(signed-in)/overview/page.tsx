import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { Greeting } from '../../../components/greeting'
import { Icon } from '../../../components/icon'
import { QuickTask } from '../../../components/quick-task'
import { RecentTasks } from '../../../components/recent-tasks'
import { Summary } from '../../../components/summary'
import { protect } from '../../../lib/auth'
import { addTask } from './add-task'

export const metadata: Metadata = { title: 'Overview' }

/** How things stand. Each part asks for its own data and appears when it has it. */
export default async function OverviewPage() {
  await protect()
  return (
    <>
      <div className="page-title">
        <h1>Overview</h1>
        <Suspense fallback={<p className="task-count">Welcome back</p>}>
          <Greeting />
        </Suspense>
      </div>
      <QuickTask action={addTask} />
      <div className="overview">
        <Suspense fallback={<Placeholder label="Counting your tasks" />}>
          <Summary />
        </Suspense>
        <Suspense fallback={<Placeholder label="Loading your newest tasks" />}>
          <RecentTasks />
        </Suspense>
        <nav className="sheet shortcuts" aria-label="Shortcuts">
          <Link href="/tasks">
            Write something down <Icon name="arrow" />
          </Link>
          <Link href="/session">
            Check your devices <Icon name="arrow" />
          </Link>
        </nav>
      </div>
    </>
  )
}

function Placeholder({ label }: { label: string }) {
  return (
    <div className="sheet overview-card" role="status">
      <div className="skeleton-lines">
        <span className="visually-hidden">{label}</span>
      </div>
    </div>
  )
}
