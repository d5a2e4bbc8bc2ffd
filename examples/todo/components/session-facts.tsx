import type { Session } from '@countersign/next'
import { AccessTokenEnd } from './access-token-end'
import { LocalTime } from './local-time'
import { SignedInPerson } from './signed-in-person'

/** Who is signed in, and until when. */
export function SessionFacts({ session }: { session: Session }) {
  const { sessionExpiresAt, expiresAt } = session
  return (
    <section className="sheet facts" aria-label="Your account">
      <SignedInPerson />
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
