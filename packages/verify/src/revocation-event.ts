/**
 * What the feed says (`spec/protocol.md`, "Revocation feed"). Whatever cannot be read says nothing.
 * @module
 */
import { CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT } from '@countersign/core'

/** Tokens of a session, or those of a user that carry a lower `ver`. */
export type Revocation = { readonly sid: string } | { readonly sub: string; readonly ver: number }

export interface Snapshot {
  readonly cursor: string
  readonly complete: boolean
  readonly revocations: readonly Revocation[]
}

type Members = Readonly<Record<string, unknown>>

/** The object in a JSON text. */
export function readObject(text: string): Members | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A snapshot; events in it that cannot be read are left out. */
export function readSnapshot(text: string, issuer: string): Snapshot | undefined {
  const snapshot = readObject(text)
  if (!Array.isArray(snapshot?.events) || typeof snapshot.complete !== 'boolean') return undefined
  const revocations = snapshot.events.flatMap((event) => readEvent(asObject(event), issuer))
  return { cursor: asText(snapshot.cursor) ?? '', complete: snapshot.complete, revocations }
}

/**
 * The revocations in an event of this issuer. One with a `session` concerns that session only; one
 * without concerns a user. `iat` and `event_timestamp` play no part: the server's clock may be wrong.
 */
export function readEvent(event: Members | undefined, issuer: string): readonly Revocation[] {
  const subject = asObject(event?.sub_id)
  const events = asObject(event?.events)
  if (!subject || !events || event?.iss !== issuer) return []
  const revoked = asObject(events[SESSION_REVOKED_EVENT])
  if (subject.session !== undefined) {
    const sid = asText(asObject(subject.session)?.id)
    return revoked && sid ? [{ sid }] : []
  }
  const user = asObject(subject.user)
  const sub = asText(user?.sub)
  if (!sub || user?.iss !== issuer) return []
  const versions = [revoked?.ver, asObject(events[CLAIMS_CHANGE_EVENT])?.ver].filter(isVersion)
  return versions.map((ver) => ({ sub, ver }))
}

function asObject(value: unknown): Members | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Members) : undefined
}

/** A text that is not empty. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
