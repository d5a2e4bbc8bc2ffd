import type { ServerReply } from '../auth-server.js'
import type { Backend } from '../backend.js'
import type { SealedSession } from '../sealed-session.js'
import { asObject } from '../shape.js'
import { callRest, type Line, type RestRequest } from './call.js'
import { refusal } from './errors.js'
import { guard } from './guard.js'
import type { Json, RestDevice } from './options.js'

/** One of the user's devices as the browser may see it. */
interface Device {
  readonly id: string
  readonly current: boolean
  readonly userAgent: string | null
  readonly ip: string | null
  readonly createdAt: string | null
  readonly lastSeenAt: string | null
}

type Devices = Pick<Backend, 'sessions' | 'revoke' | 'revokeOthers'>

/** What of the device list the backend has a path for. */
export function restDevices(line: Line): Devices {
  const { sessions, revoke, revokeOthers } = line.rest.paths
  return {
    ...(sessions ? { sessions: list(line, sessions) } : {}),
    ...(revoke
      ? {
          revoke: (session, id) =>
            end(line, session, revoke.replace('{id}', encodeURIComponent(id))),
        }
      : {}),
    ...(revokeOthers ? { revokeOthers: (session) => end(line, session, revokeOthers) } : {}),
  }
}

function list(line: Line, path: string): NonNullable<Backend['sessions']> {
  return async ({ accessToken: bearer }) => {
    const reply = await callRest(line, { method: 'GET', path, bearer, isList: true })
    const sessions = reply.status === 200 ? devicesIn(line, reply.body) : null
    if (!sessions) return refusal('sessions', reply, line.rest.map)
    return { status: 200, body: { sessions }, retryAfterSeconds: undefined }
  }
}

async function end(line: Line, { accessToken }: SealedSession, path: string): Promise<ServerReply> {
  const request: RestRequest = { method: 'DELETE', path, bearer: accessToken }
  const reply = await callRest(line, request)
  const isDone = reply.status >= 200 && reply.status < 300
  return isDone ? { ...reply, status: 204, body: null } : refusal('revoke', reply, line.rest.map)
}

/** The list in an answer; null if there is none. What has no id is left out. */
function devicesIn(line: Line, body: Json | null): readonly Device[] | null {
  const places = [body?.sessions, body?.devices, body?.data, body?.items]
  const found = places.find(Array.isArray) as readonly unknown[] | undefined
  return found?.flatMap((entry) => deviceOf(line, asObject(entry)) ?? []) ?? null
}

function deviceOf(line: Line, entry: Json | null): Device | null {
  const read = line.rest.map.session ?? readDevice
  const found = entry && guard(line, 'map.session', () => read(entry))
  const id = textOf(found?.id)
  if (!found || !id) return null
  const { userAgent, ip, createdAt, lastSeenAt } = found
  return {
    id,
    current: found.current === true,
    userAgent: textOf(userAgent),
    ip: textOf(ip),
    createdAt: textOf(createdAt),
    lastSeenAt: textOf(lastSeenAt),
  }
}

function readDevice(entry: Json): RestDevice {
  const any = (...names: string[]) =>
    names.map((name) => entry[name]).find((value) => value != null)
  return {
    id: any('id', 'session_id', 'sessionId', '_id'),
    current: any('current', 'is_current', 'isCurrent'),
    userAgent: any('userAgent', 'user_agent', 'device'),
    ip: any('ip', 'ip_address', 'ipAddress'),
    createdAt: any('createdAt', 'created_at'),
    lastSeenAt: any('lastSeenAt', 'last_seen_at', 'lastActive', 'last_active', 'updated_at'),
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, 512) : null
}
