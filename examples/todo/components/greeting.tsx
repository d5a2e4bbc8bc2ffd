import { getSession } from '../lib/auth'

/** Whose overview this is. */
export async function Greeting() {
  const session = await getSession()
  if (!session) return null
  const { name, email } = session.user
  return <p className="task-count">Welcome back, {name || email}</p>
}
