import { auth } from '../auth'

/** The session as a server component sees it. */
export async function ServerSession() {
  const session = await auth()
  return <p>On the server: {session?.error ?? session?.user?.email ?? 'signed out'}</p>
}
