import { auth } from '../../../auth'

/** `auth` around the handler: it can write the cookie. */
export const GET = auth((request) => Response.json({ email: request.auth?.user?.email ?? null }))
