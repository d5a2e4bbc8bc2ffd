import { Suspense } from 'react'
import { apiFetch, getSession } from '../lib/auth'

export default function Page() {
  return (
    <main>
      <h1>The shell</h1>
      <Suspense fallback={<p>Who is it?</p>}>
        <Visitor />
      </Suspense>
    </main>
  )
}

async function Visitor() {
  const session = await getSession()
  if (!session) return <p>Nobody is signed in</p>
  const answer = await apiFetch('/api/v1/auth/me')
  return (
    <p>
      {session.user.email}, to the API {(await answer.json()).email}
    </p>
  )
}
