import { actOf } from './act-of.js'
import type { Caller } from './caller.js'
import type { Services } from './services.js'

/** Writes down that somebody was not the client they said they are, once a minute for each of both. */
export function auditClient(
  { audit }: Pick<Services, 'audit'>,
  caller: Caller,
  clientId: string | undefined,
): Promise<void> {
  const about = `client ${clientId} ${caller.ip}`
  return audit.recordSometimes(about, { event: 'client.refused', ...actOf(caller), clientId })
}
