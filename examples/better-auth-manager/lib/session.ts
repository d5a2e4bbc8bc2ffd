import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { auth } from './auth'

/** The session of this request, asked of Better Auth; without one the visitor has to sign in. */
export async function requireSession() {
  const session = await auth.api.getSession({ headers: await headers() })
  return session ?? redirect('/sign-in')
}
