import { backend } from './lib/auth'

/** Keeps the session fresh before any page or API call reads it. */
export const proxy = backend.proxy

export const config = {
  matcher: ['/((?!_next/static|_next/image|icon.svg).*)'],
}
