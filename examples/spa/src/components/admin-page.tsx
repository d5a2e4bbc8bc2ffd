import { useClient } from '@countersign/client/react'
import { useCallback } from 'react'
import { LocalTime } from '../../../todo/components/local-time'
import { apiUrl } from '../client'
import { useLoaded } from '../hooks/use-loaded'
import { loadMe } from '../lib/me'
import { LoadProblem } from './load-problem'
import { Skeleton } from './skeleton'

/** What the API read from the token of this tab: it decides, whatever the page shows. */
export function AdminPage() {
  const { fetch } = useClient()
  const { value, problem, load } = useLoaded(useCallback(() => loadMe(apiUrl, fetch), [fetch]))
  return (
    <>
      <div className="page-title">
        <h1>Admin</h1>
        <p className="task-count">For the role admin</p>
      </div>
      {problem && (
        <LoadProblem title="The API did not say who you are." problem={problem} onRetry={load} />
      )}
      {!value && !problem && <Skeleton label="Asking the API" />}
      {value && (
        <section className="sheet admin" aria-labelledby="seen-by-api">
          <h2 id="seen-by-api">As the API sees you</h2>
          <dl>
            <dt>User</dt>
            <dd>{value.email}</dd>
            <dt>Role</dt>
            <dd>
              <span className="badge">{value.role}</span>
            </dd>
            <dt>Until</dt>
            <dd>
              <LocalTime seconds={value.expiresAt} />
            </dd>
          </dl>
          <p className="field-hint">
            This page is hidden from others, not protected: what is secret has to be refused by the
            API, with requireRole('admin').
          </p>
        </section>
      )}
    </>
  )
}
