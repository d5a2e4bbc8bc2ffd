import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getSession } from './auth'
import { PAGE_PATH_HEADER } from './page-path'
import { safeReturnTo, signInPath } from './return-to'

/** The session of this request; without one the visitor is sent to sign in and then back here. */
export async function requireSession() {
  const session = await getSession()
  if (session) return session
  const path = (await headers()).get(PAGE_PATH_HEADER)
  redirect(signInPath(safeReturnTo(path)))
}
