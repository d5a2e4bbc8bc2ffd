import type { Act } from '../audit/act.js'
import type { Caller } from './caller.js'

/** What the audit log says of who sent a request. */
export function actOf(caller: Caller & { readonly clientId?: string }): Act {
  const { ip, userAgent, requestId, clientId } = caller
  return { ip, userAgent, requestId, clientId }
}
