import { auth, countersign } from './lib/auth'

/** Keeps the session fresh before any page or API call reads it; `auth` only rolls its own cookie. */
export const proxy = auth((request) => countersign.proxy(request))

export const config = {
  matcher: ['/((?!_next/static|_next/image|icon.svg).*)'],
}
