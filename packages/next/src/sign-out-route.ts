import { answer, withoutSession } from './answers.js'
import type { Route } from './route.js'
import { readSession } from './sealed-session.js'

/** Sign-out: the cookie goes whether or not the backend could be told. */
export const signOut: Route = async ({ request, context }) => {
  const { settings } = context
  const session = readSession(request.headers.get('cookie'), settings)
  if (session) await context.signOut(session)
  return withoutSession(answer(204), settings)
}
