import type { Backend } from '../backend.js'
import { callRest, type Line } from './call.js'
import { carried } from './refresh-cookie.js'

/** Longest wait for the backend while a session ends. Seconds. */
const END_TIMEOUT_SECONDS = 3

/** Sign-out at the backend, with both tokens, because some end a session by the one or the other. */
export function restSignOut(line: Line): Backend['signOut'] {
  const { settings, rest } = line
  return async (session) => {
    const path = rest.paths.logout
    if (!path) return
    const { refreshToken, accessToken } = session
    const usual = refreshToken !== '' ? carried(rest, refreshToken) : { body: () => ({}) }
    const { status } = await callRest(line, {
      ...{ method: 'POST', path, bearer: accessToken, ...usual },
      body: () => rest.map.logout?.({ refreshToken, accessToken }) ?? usual.body(),
      timeoutSeconds: Math.min(END_TIMEOUT_SECONDS, settings.timeoutSeconds),
    })
    // 401 and 404: it is over already.
    if (status < 300 || status === 401 || status === 404) return
    settings.logger.warn(`countersign: a session could not be ended at the backend (${status})`)
  }
}
