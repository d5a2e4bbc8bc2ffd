import 'server-only'
import { randomBytes } from 'node:crypto'
import { createCountersign } from '@countersign/next'
import { countersign } from '@countersign/next/better-auth'
import { betterAuth } from 'better-auth'

/** The session, the access token and the way to the API. Its handlers are at /api/countersign. */
export const backend = createCountersign({ betterAuthPath: '/api/auth' })

/** Better Auth, which manages the session that the auth server issues. */
export const auth = betterAuth({
  // The address of this application, not of the API.
  baseURL: process.env.COUNTERSIGN_WEB_ORIGIN,
  // Better Auth insists on one, but signs nothing here: the cookie is sealed by Countersign.
  secret: randomBytes(32).toString('base64'),
  // A build knows no settings yet, about which it would warn.
  logger: { level: 'error' },
  emailAndPassword: { enabled: false },
  plugins: [countersign(backend)],
})
