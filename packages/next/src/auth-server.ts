import { isIP } from 'node:net'
import {
  BASE_PATH,
  basicAuthorization,
  DEVICE_HEADER,
  problem,
  USER_AGENT_HEADER,
  USER_IP_HEADER,
} from '@countersign/core'
import { isDeviceToken } from './device-token.js'
import type { Settings } from './settings.js'
import { parseObject } from './shape.js'

/** The end user on whose behalf the web server calls. */
export interface Caller {
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** Of a device that signed in before; only where a session begins, and only for our auth server. */
  readonly deviceToken?: string | undefined
}

/** A request to the auth server. `path` is below its base path. */
export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** In place of a body, for the endpoints of OAuth. */
  readonly form?: URLSearchParams
  /** Sent as `Authorization: Bearer`; without it the client credential is sent. */
  readonly bearer?: string
  readonly caller?: Caller
  /** Shorter wait than the configured one. Seconds. */
  readonly timeoutSeconds?: number
}

/** An answer. Whatever is not a JSON object has the body null; no answer at all has status 503. */
export interface ServerReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | null
  readonly retryAfterSeconds: number | undefined
  /** By which our auth server will know the visitor's device again. */
  readonly deviceToken?: string | undefined
}

/** For what our auth server offers and another backend does not. */
export const NOT_SUPPORTED: ServerReply = {
  status: 404,
  body: problem('not_supported'),
  retryAfterSeconds: undefined,
}

/** The end user of a request; the address only through the configured `clientIp`. */
export function callerOf(request: Request, settings: Settings): Caller {
  const ip = settings.clientIp(request)
  const userAgent = request.headers.get('user-agent') ?? undefined
  return { ip: ip && isIP(ip) ? ip : undefined, userAgent: userAgent?.slice(0, 512) }
}

/**
 * Calls the auth server. Never throws: a network failure or timeout is a 503 without a body, and
 * where another backend is used everything is 404 `not_supported`.
 */
export async function callAuthServer(
  settings: Settings,
  request: ServerRequest,
): Promise<ServerReply> {
  if (settings.backend) return NOT_SUPPORTED
  try {
    const response = await settings.fetch(settings.server + BASE_PATH + request.path, {
      method: request.method,
      headers: requestHeaders(settings, request),
      body: request.form ?? (request.body ? JSON.stringify(request.body) : null),
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout((request.timeoutSeconds ?? settings.timeoutSeconds) * 1000),
    })
    return await readReply(response)
  } catch (error) {
    settings.logger.warn(`countersign: the auth server did not answer (${reasonOf(error)})`)
    return { status: 503, body: null, retryAfterSeconds: undefined }
  }
}

function requestHeaders(settings: Settings, request: ServerRequest): Headers {
  const headers = new Headers({ Accept: 'application/json' })
  if (request.body) headers.set('Content-Type', 'application/json')
  const { client } = settings
  if (request.bearer) headers.set('Authorization', `Bearer ${request.bearer}`)
  else if (client) headers.set('Authorization', basicAuthorization(client.id, client.secret))
  const { ip, userAgent, deviceToken } = request.caller ?? {}
  if (client && ip) headers.set(USER_IP_HEADER, ip)
  if (client && userAgent) headers.set(USER_AGENT_HEADER, userAgent)
  if (deviceToken) headers.set(DEVICE_HEADER, deviceToken)
  return headers
}

async function readReply(response: Response): Promise<ServerReply> {
  const text = await response.text()
  const device = response.headers.get(DEVICE_HEADER)
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    status: response.status,
    body: parseObject(text),
    retryAfterSeconds: retryAfter > 0 && retryAfter < 86_400 ? retryAfter : undefined,
    ...(isDeviceToken(device) ? { deviceToken: device } : {}),
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
