'use client'

import Link from 'next/link'
import { useUser } from '../hooks/use-user'
import { AuditLines } from './audit-lines'
import { ExactTime } from './exact-time'
import { ListState } from './list-state'
import { UserBan } from './user-ban'
import { UserPassword } from './user-password'
import { UserRole } from './user-role'
import { UserSessions } from './user-sessions'

interface UserPageProps {
  readonly id: string
  /** Whether the administrator looks at their own account, which others may change. */
  readonly isOwn: boolean
}

/** A user as administrators see them, with everything they may do. */
export function UserPage({ id, isOwn }: UserPageProps) {
  const { data, problem, load, done, failure, act } = useUser(id)
  if (!data) return <ListState problem={problem} isLoading isEmpty={false} onRetry={load} />
  const { user, sessions, events } = data
  const ways = [...(user.hasPassword ? ['password'] : []), ...user.providers]
  return (
    <>
      <h1 className="admin-title">{user.email}</h1>
      <p className="admin-note">
        {user.name && `${user.name} · `}since <ExactTime at={user.createdAt} /> ·{' '}
        {user.emailVerified ? 'address confirmed' : 'address not confirmed'} · signs in by{' '}
        {ways.join(', ') || 'nothing'} · second factor {user.hasSecondFactor ? 'on' : 'off'}
      </p>
      <p className="notice" role="status" hidden={!done}>
        {done}
      </p>
      <p className="devices-problem" role="alert" hidden={!failure}>
        {failure}
      </p>
      {isOwn ? (
        <p className="notice">
          This is your own account. What you may change of it is under{' '}
          <Link href="/account">Account</Link>.
        </p>
      ) : (
        <>
          <UserRole user={user} act={act} />
          <UserBan user={user} act={act} />
          <UserPassword user={user} act={act} />
        </>
      )}
      <UserSessions user={user} sessions={sessions} act={act} />
      <section className="sheet admin-sheet" aria-labelledby="extract-title">
        <h2 id="extract-title">Latest in the audit log</h2>
        <AuditLines events={events} />
        <p>
          <Link href={`/admin/audit?user=${encodeURIComponent(user.id)}`}>All lines</Link>
        </p>
      </section>
    </>
  )
}
