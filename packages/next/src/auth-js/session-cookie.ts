import { AsyncLocalStorage } from 'node:async_hooks'
import { DEVICE_COOKIE_SECONDS } from '@countersign/core'
import { cookies } from 'next/headers.js'
import { type CookieForm, cookieAttributes, setCookieHeader } from '../cookie.js'
import { deviceCookie } from '../device-cookie.js'
import { type SealedSession, sealSession } from '../sealed-session.js'
import type { Settings } from '../settings.js'

/** `Set-Cookie` headers for the answer that a route handler is about to give. */
const written = new AsyncLocalStorage<string[]>()

/**
 * An answer of Auth.js with the session cookies that were set on the way to it. They do not go through
 * Next.js there, which writes all cookies of an answer anew and loses the `Max-Age=0` of Auth.js's.
 */
export async function withCookies(answer: () => Promise<Response>): Promise<Response> {
  const lines: string[] = []
  const response = await written.run(lines, answer)
  if (lines.length === 0) return response
  const headers = new Headers(response.headers)
  for (const line of lines) headers.append('Set-Cookie', line)
  return new Response(response.body, { status: response.status, headers })
}

/** Sets the session cookie, in a route handler of Auth.js or in a server action. */
export async function writeSession(session: SealedSession, settings: Settings): Promise<void> {
  const maxAge = session.sessionExpiresAt - Math.floor(settings.now())
  const value = sealSession(session, settings)
  await write(settings.cookie, value, session.remember ? maxAge : undefined)
}

/** Sets the cookie by which the auth server knows the device again, which survives the session. */
export async function writeDevice(token: string, settings: Settings): Promise<void> {
  if (!settings.backend) await write(deviceCookie(settings), token, DEVICE_COOKIE_SECONDS)
}

/** Deletes the session cookie. */
export async function clearSession(settings: Settings): Promise<void> {
  await write(settings.cookie, '', 0)
}

async function write(cookie: CookieForm, value: string, maxAge: number | undefined) {
  const lines = written.getStore()
  if (lines) lines.push(setCookieHeader(cookie, value, maxAge))
  // Not by `delete` for the end of it: its header lacks what `__Host-` demands.
  else (await cookies()).set(cookie.name, value, cookieAttributes(cookie, maxAge))
}
