import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { apiUrl } from './lib/api-url'
import { withProxy } from './lib/auth'
import { contentSecurityPolicy } from './lib/content-security-policy'

/** Keeps the session fresh, and gives every page its content security policy. */
export const proxy = withProxy((request: NextRequest) => {
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), apiUrl())
  // Next finds the nonce for its own scripts in the policy of the request.
  request.headers.set('Content-Security-Policy', policy)
  return NextResponse.next({ headers: { 'Content-Security-Policy': policy } })
})

export const config = {
  matcher: ['/((?!_next/static|_next/image|icon.svg).*)'],
}
