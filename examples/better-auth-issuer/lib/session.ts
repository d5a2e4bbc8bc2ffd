import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getAuth } from './auth'

/** The session of this request, asked of Better Auth; without one the visitor has to sign in. */
export async function requireSession() {
  // First, so that a build renders nothing ahead of time.
  const visitor = await headers()
  const auth = await getAuth()
  const session = await auth.api.getSession({ headers: visitor })
  return session ?? redirect('/sign-in')
}
