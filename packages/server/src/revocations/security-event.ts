import { CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT } from '@countersign/core'
import type { RevocationRow } from './revocation-rows.js'

/**
 * A revocation as the claims of a security event token (RFC 8417) with an event of CAEP 1.0
 * (`spec/protocol.md` section 6). Instants are in seconds.
 */
export function securityEvent(row: RevocationRow, issuer: string) {
  const at = Math.floor(row.at.getTime() / 1000)
  return {
    iss: issuer,
    iat: at,
    jti: row.id,
    sub_id: {
      format: 'complex',
      user: { format: 'iss_sub', iss: issuer, sub: row.user_id },
      ...(row.session_id === null ? {} : { session: { format: 'opaque', id: row.session_id } }),
    },
    events: {
      [row.role === null ? SESSION_REVOKED_EVENT : CLAIMS_CHANGE_EVENT]: {
        event_timestamp: at,
        ...consequence(row),
        reason_admin: { en: row.reason },
      },
    },
  }
}

/** Which tokens of the user are refused, where it is not those of one session. */
function consequence({ user_ver: ver, role }: RevocationRow) {
  if (ver === null) return {}
  return role === null ? { ver } : { ver, claims: { ver, role } }
}
