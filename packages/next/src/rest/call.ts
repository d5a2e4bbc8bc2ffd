import type { Caller, ServerReply } from '../auth-server.js'
import { readText } from '../request-body.js'
import type { Settings } from '../settings.js'
import { parseObject } from '../shape.js'
import type { RequestBody, RestSettings } from './options.js'

/** What talking to a backend takes. */
export interface Line {
  readonly settings: Settings
  readonly rest: RestSettings
}

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the base URL. */
  readonly path: string
  /** What it throws counts as no answer. */
  readonly body?: () => RequestBody
  readonly bearer?: string
  /** `Cookie`. */
  readonly cookie?: string
  readonly caller?: Caller
  /** A list that is not in an object is taken for `{ items }`. */
  readonly isList?: true
  /** Seconds; the configured wait by default. */
  readonly timeoutSeconds?: number
}

/** An answer with its `Set-Cookie` headers. */
export interface RestReply extends ServerReply {
  readonly cookies: readonly string[]
}

const NOBODY: Caller = { ip: undefined, userAgent: undefined }

/**
 * Calls the backend. Never throws: no answer, a late one and one of more than 64 KB are a 503 without
 * a body; a redirect is not followed, because a credential would go with it.
 */
export async function callRest(line: Line, request: RestRequest): Promise<RestReply> {
  const { settings, rest } = line
  try {
    const body = request.body?.()
    const response = await settings.fetch(rest.url + request.path, {
      method: request.method,
      headers: requestHeaders(rest, request, body),
      body: bodyOf(body),
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout((request.timeoutSeconds ?? settings.timeoutSeconds) * 1000),
    })
    const text = await readText(response)
    if (text === null) throw new RangeError('an answer of more than 64 KB')
    const status = response.status || 502
    const json = request.isList && /^\s*\[/.test(text) ? `{"items":${text}}` : text
    const cookies = response.headers.getSetCookie()
    return { status, body: parseObject(json), retryAfterSeconds: retryAfterOf(response), cookies }
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    settings.logger.warn(`countersign: the backend did not answer ${request.path} (${reason})`)
    return { status: 503, body: null, retryAfterSeconds: undefined, cookies: [] }
  }
}

function requestHeaders(
  { headers }: RestSettings,
  request: RestRequest,
  body: RequestBody | undefined,
): Headers {
  const own = typeof headers === 'function' ? headers(request.caller ?? NOBODY) : headers
  const all = new Headers(own)
  all.set('Accept', 'application/json')
  if (body && !(body instanceof URLSearchParams)) all.set('Content-Type', 'application/json')
  if (request.cookie) all.set('Cookie', request.cookie)
  if (request.bearer) all.set('Authorization', `Bearer ${request.bearer}`)
  return all
}

function bodyOf(body: RequestBody | undefined): BodyInit | null {
  if (!body) return null
  return body instanceof URLSearchParams ? body : JSON.stringify(body)
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return seconds > 0 && seconds < 86_400 ? seconds : undefined
}
