import { useClient, useSession } from '@countersign/client/react'
import { useState } from 'react'
import { focusContent } from '../lib/focus-content'

/** In place of a page for administrators. */
export function NotAdmin() {
  const client = useClient()
  const { user } = useSession()
  const [note, setNote] = useState<string>()
  const ask = async () => {
    setNote(undefined)
    const state = await client.refresh().catch(() => undefined)
    if (state?.user?.role === 'admin') focusContent()
    else setNote(state ? 'Nothing has changed yet.' : 'No answer just now.')
  }
  return (
    <>
      <h1>Admin</h1>
      <div className="sheet empty">
        <p className="empty-title">This page is for administrators.</p>
        <p>
          It needs the role <strong>admin</strong>; yours is <strong>{user?.role}</strong>. Somebody
          who runs Daybook can change that.
        </p>
        <button type="button" className="button button-quiet" onClick={ask}>
          Ask again
        </button>
        <p className="task-count" role="status">
          {note}
        </p>
      </div>
    </>
  )
}
