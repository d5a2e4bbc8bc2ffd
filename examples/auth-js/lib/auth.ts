import 'server-only'
import { createCountersign } from '@countersign/next'
import { countersignProvider, createAuth } from '@countersign/next/auth-js'
import { consultationBackend } from './consultation'
import { providers } from './providers'

const { CONSULTATION_URL } = process.env

/** The session, the access token and the way to the API. Its handlers are at /api/countersign. */
export const countersign = createCountersign({
  authJsPath: '/api/auth',
  signInPath: '/sign-in',
  // Left out, the auth server of Countersign owns the users: COUNTERSIGN_URL says where it is.
  ...(CONSULTATION_URL ? { backend: consultationBackend(CONSULTATION_URL) } : {}),
})

/** Auth.js, which manages the session that the backend issues. */
export const { handlers, auth } = createAuth(countersign, {
  providers: [countersignProvider({ id: 'consultation-backend', name: 'Email' }), ...providers()],
  session: { strategy: 'jwt', maxAge: 7 * 24 * 60 * 60, updateAge: 15 * 60 },
  pages: { signIn: '/sign-in', error: '/sign-in' },
})
