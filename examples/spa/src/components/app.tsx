import { useSession } from '@countersign/client/react'
import { OfflineNote } from '../../../todo/components/offline-note'
import { usePath } from '../hooks/use-path'
import { useSignOut } from '../hooks/use-sign-out'
import { Gate } from './gate'
import { Private } from './private'
import { Waiting } from './waiting'

/** What there is to see depends on who is signed in, then on the path. */
export function App() {
  const { status, user, reason } = useSession()
  const path = usePath()
  const { signOut, isUntold } = useSignOut()
  return (
    <>
      {status === 'loading' && <Waiting />}
      {status === 'signed_out' && (
        <Gate path={path} reason={reason} onSignOut={isUntold ? signOut : undefined} />
      )}
      {/* Nothing of one person is left on the screen when another one signs in. */}
      {status === 'signed_in' && (
        <Private key={user.id} path={path} user={user} onSignOut={signOut} />
      )}
      <OfflineNote />
    </>
  )
}
