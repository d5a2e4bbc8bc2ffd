import { List } from '../../components/list'
import { getSession } from '../../lib/auth'

/** Drawn anew for every request, for the visitor whose session the proxy keeps fresh. */
export default async function SignedInPage() {
  const session = await getSession()
  if (!session) throw new Error('nobody is signed in')
  return <List email={session.user.email} />
}
