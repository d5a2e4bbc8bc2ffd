import type { RotationRow } from '../sessions/session-rows.js'
import { describeError } from './answer-error.js'
import type { KnownCaller } from './known-caller.js'
import type { Services } from './services.js'

/**
 * Remembers the device of a new session, and tells the user of a strange one. The sign-in is there
 * already: what fails here is said in the log.
 * @returns the token that the device shall keep from now on
 */
export async function seeDevice(
  services: Services,
  caller: KnownCaller,
  row: RotationRow,
): Promise<string | undefined> {
  const { devices, log } = services
  try {
    const { user_id: userId } = row
    const seen = await devices.signedIn(userId, caller.deviceToken, caller.userAgent)
    if (seen.isStrange) await tell(services, caller, row)
    return seen.token
  } catch (error) {
    log.error({ error: describeError(error) }, 'the device of a sign-in was not remembered')
    return undefined
  }
}

async function tell({ audit, mail }: Services, caller: KnownCaller, row: RotationRow) {
  const { ip, userAgent, requestId, clientId } = caller
  await audit.record({
    event: 'sign_in.new_device',
    userId: row.user_id,
    actorId: row.user_id,
    sessionId: row.id,
    ...{ ip, userAgent, requestId, clientId },
  })
  if (!mail.isConfigured) return
  const forgotUrl = mail.links.page('forgotPassword')
  await mail.send('new_device', row.email, { device: userAgent, ip, forgotUrl })
}
