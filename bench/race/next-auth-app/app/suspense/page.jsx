import { Suspense } from 'react'
import { ClientSession } from '../../components/client-session'
import { ServerSession } from '../../components/server-session'

export default function SuspensePage() {
  return (
    <>
      {['first', 'second', 'third'].map((part) => (
        <Suspense fallback={<p>Loading</p>} key={part}>
          <ServerSession />
        </Suspense>
      ))}
      <ClientSession />
    </>
  )
}
