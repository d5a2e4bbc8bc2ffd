import type { Session } from '@countersign/next'
import { AccessTokenEnd } from './access-token-end'
import { LocalTime } from './local-time'

/** Who is signed in, and until when. */
export function SessionFacts({ session }: { session: Session }) {
  const { user, sessionExpiresAt, expiresAt } = session
  return (
    <section className="sheet facts" aria-label="Your account">
      <div className="facts-who">
        <span className="avatar" aria-hidden="true">
          {(user.name || user.email).slice(0, 1).toUpperCase()}
        </span>
        <p>
          <strong>{user.name || user.email}</strong>
          {user.name && <span>{user.email}</span>}
        </p>
        <span className="badge">{user.role}</span>
      </div>
      <dl>
        <div>
          <dt>Signed in until</dt>
          <dd>
            <LocalTime seconds={sessionExpiresAt} />
          </dd>
          <dd className="facts-note">Later each time you come back</dd>
        </div>
        <div>
          <dt>Access token valid until</dt>
          <dd>
            <AccessTokenEnd seconds={expiresAt} />
          </dd>
          <dd className="facts-note">Renewed by itself</dd>
        </div>
      </dl>
    </section>
  )
}
