import { useClient, useSession } from '@countersign/client/react'
import { useState } from 'react'

/** In place of a page for administrators. */
export function NotAdmin() {
  const client = useClient()
  const { user } = useSession()
  const [note, setNote] = useState<string>()
  const ask = async () => {
    setNote(undefined)
    // If the role has changed, the page is there before this sentence.
    const sentence = () => setNote('Nothing has changed yet.')
    await client.refresh().then(sentence, () => setNote('No answer just now.'))
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
