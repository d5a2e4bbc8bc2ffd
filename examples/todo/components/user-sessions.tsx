'use client'

import { deviceName } from '@countersign/client/forms'
import type { Act } from '../hooks/use-user'
import type { UserDetail } from '../lib/admin'
import { ConfirmedButton } from './confirmed-button'
import { ExactTime } from './exact-time'

interface UserSessionsProps extends Pick<UserDetail, 'sessions'> {
  readonly user: UserDetail['user']
  readonly act: Act
}

/** Where a user is signed in, and how to end it. */
export function UserSessions({ user, sessions, act }: UserSessionsProps) {
  return (
    <section className="sheet admin-sheet" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Sessions</h2>
      {sessions.length === 0 && <p>Signed in nowhere.</p>}
      <ul className="admin-list">
        {sessions.map(({ id, userAgent, ip, lastSeenAt }) => (
          <li key={id}>
            <p className="admin-who">
              {deviceName(userAgent)}
              <span className="admin-note">
                {ip && `${ip} · `}last active <ExactTime at={lastSeenAt} />
              </span>
            </p>
            <ConfirmedButton
              label="End"
              question={`Yes, sign out ${deviceName(userAgent)}`}
              onConfirm={() =>
                act({ method: 'DELETE', path: `/sessions/${id}`, done: 'The session has ended.' })
              }
            />
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <ConfirmedButton
          label="End all"
          question={`Yes, sign out ${user.email} everywhere`}
          onConfirm={() =>
            act({ method: 'DELETE', path: '/sessions', done: 'All sessions have ended.' })
          }
        />
      )}
    </section>
  )
}
