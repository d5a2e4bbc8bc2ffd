import { DEVICE_COOKIE_SECONDS, DEVICE_COOKIE_SUFFIX } from '@countersign/core'
import { type Caller, callerOf } from './auth-server.js'
import { type CookieForm, readCookie, setCookieHeader } from './cookie.js'
import { isDeviceToken } from './device-token.js'
import type { Settings } from './settings.js'

/**
 * The end user of a request that begins a session, with the token by which the auth server knows
 * their device. It opens nothing, and no other backend gets it.
 */
export function newcomerOf(request: Request, settings: Settings): Caller {
  const caller = callerOf(request, settings)
  if (settings.backend) return caller
  const value = readCookie(request.headers.get('cookie'), deviceCookie(settings).name)
  return isDeviceToken(value) ? { ...caller, deviceToken: value } : caller
}

/** Name and `Secure` of the cookie; they follow those of the session. */
export function deviceCookie({ cookie }: Settings): CookieForm {
  return { ...cookie, name: cookie.name + DEVICE_COOKIE_SUFFIX }
}

/** Adds the cookie to the answer to a sign-in, if the auth server gave a new token. It survives sign-out. */
export function withDevice(
  response: Response,
  { deviceToken }: { readonly deviceToken?: string | undefined },
  settings: Settings,
): Response {
  if (deviceToken === undefined || settings.backend) return response
  const header = setCookieHeader(deviceCookie(settings), deviceToken, DEVICE_COOKIE_SECONDS)
  response.headers.append('Set-Cookie', header)
  return response
}
