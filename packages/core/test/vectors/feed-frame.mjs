/**
 * Frames of the revocation feed, and the table that the vectors are written into.
 * @module
 */
export const ISSUER = 'https://auth.example.com/api/auth'
export const NOW = 1_790_000_000
export const USER = 'user-1'
export const SESSION = 'session-1'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
export const SESSION_REVOKED = `${CAEP}/session-revoked`
export const CLAIMS_CHANGE = `${CAEP}/token-claims-change`

/** An event with its parts as they come over the wire. */
export function event(subject, events, changes = {}) {
  const sub_id = { format: 'complex', ...subject }
  return { iss: ISSUER, iat: NOW, jti: '42', sub_id, events, ...changes }
}

export const user = (sub, iss = ISSUER) => ({ user: { format: 'iss_sub', iss, sub } })
export const session = (id) => ({ session: { format: 'opaque', id } })

export const sessionEnded = (id = SESSION, sub = USER) =>
  event(
    { ...user(sub), ...session(id) },
    {
      [SESSION_REVOKED]: { event_timestamp: NOW, reason_admin: { en: 'signed_out' } },
    },
  )
export const userChanged = (ver, sub = USER) =>
  event(user(sub), {
    [SESSION_REVOKED]: { event_timestamp: NOW, reason_admin: { en: 'user_disabled' }, ver },
  })
export const roleChanged = (ver, sub = USER) =>
  event(user(sub), {
    [CLAIMS_CHANGE]: { event_timestamp: NOW, ver, claims: { ver, role: 'admin' } },
  })

const frame = (name, id, data) => ({
  frame: { event: name, id, data: typeof data === 'string' ? data : JSON.stringify(data) },
})

/** `[at, step]`, so that a list of steps reads as a timeline. */
export const at = (seconds, step) => ({ at: seconds, ...step })
export const snapshot = (events = [], complete = true, cursor = '41') =>
  frame('snapshot', cursor, { cursor, complete, now: NOW, events })
export const revocation = (data, id = '42') => frame('revocation', id, data)
export const heartbeat = (cursor = '42') => frame('heartbeat', cursor, { cursor, now: NOW })
export const rawFrame = frame
export const disconnect = { disconnect: true }
export const answer = (body) => ({
  answer: typeof body === 'string' ? body : JSON.stringify(body),
})
export const snapshotBody = (events = [], complete = true, cursor = '41') => ({
  cursor,
  complete,
  now: NOW,
  events,
})

/** What is asked of the listener: session, user and `ver` of a token at a time. */
function ask(expect, seconds, { sid = SESSION, sub = USER, ver = 1, state } = {}) {
  return { at: seconds, sub, sid, ver, expect, ...(state ? { state } : {}) }
}
export const accepts = (seconds, token) => ask('accept', seconds, token)
export const refuses = (seconds, token) => ask('token_revoked', seconds, token)

export const vectors = []

export function story(id, why, steps, assertions) {
  vectors.push({ id, why, maxLifetimeSeconds: 900, toleranceSeconds: 5, steps, assertions })
}
