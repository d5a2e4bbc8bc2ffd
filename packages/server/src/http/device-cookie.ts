import {
  DEVICE_COOKIE,
  DEVICE_COOKIE_SECONDS,
  DEVICE_HEADER,
  INSECURE_DEVICE_COOKIE,
} from '@countersign/core'
import type { HeaderReader } from './call.js'
import { isFromBrowser } from './caller.js'
import { refreshCookie, writeRefreshCookie } from './refresh-cookie.js'

/** The token of a device: a browser has it in a cookie, a server states it for its user. */
export function readDeviceToken(headers: HeaderReader): string | undefined {
  if (!isFromBrowser(headers)) return headers.get(DEVICE_HEADER) ?? undefined
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const names = [`${DEVICE_COOKIE}=`, `${INSECURE_DEVICE_COOKIE}=`]
  const name = names.find((start) => pairs.some((pair) => pair.startsWith(start)))
  return name && pairs.find((pair) => pair.startsWith(name))?.slice(name.length)
}

/** `Set-Cookie` of a device; its name and attributes follow the origin, as those of the session do. */
export function writeDeviceCookie(
  origin: string,
  userAgent: string | undefined,
  token: string,
): string {
  const { name, attributes } = refreshCookie(origin, userAgent)
  const isPlain = !name.startsWith('__Host-')
  const cookie = { name: isPlain ? INSECURE_DEVICE_COOKIE : DEVICE_COOKIE, attributes }
  return writeRefreshCookie(cookie, token, DEVICE_COOKIE_SECONDS)
}
