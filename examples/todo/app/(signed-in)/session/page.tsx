import type { Metadata } from 'next'
import { DeviceList } from '../../../components/device-list'
import { SessionFacts } from '../../../components/session-facts'
import { protect } from '../../../lib/auth'

export const metadata: Metadata = { title: 'Session' }

export default async function SessionPage() {
  const session = await protect()
  return (
    <>
      <div className="page-title">
        <h1>Session</h1>
        <p className="task-count">Who you are here, and where else</p>
      </div>
      <SessionFacts session={session} />
      <DeviceList />
    </>
  )
}
