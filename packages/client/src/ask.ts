import type { Settings } from './options.js'
import { parseTokenAnswer, type TokenAnswer } from './token-answer.js'

/** Longest wait for the token route. Seconds. */
const TIMEOUT_SECONDS = 10

/** Answers of the token route after which the user is signed out; no other failure says so. */
const TERMINAL_CODES = ['session_ended', 'refresh_reused', 'refresh_invalid', 'missing_token']

/** What the token route said. */
export type Reply =
  | { readonly kind: 'token'; readonly answer: TokenAnswer }
  | { readonly kind: 'ended'; readonly reason: string | undefined }
  | { readonly kind: 'failed'; readonly code: string; readonly retryAfterSeconds?: number }

/**
 * Asks for an access token other than `rejected`. A session that is said to have ended is asked for
 * a second time: a sign-in in another tab may have replaced the cookie meanwhile, and only the
 * second answer lets the server delete it.
 */
export async function askForToken(settings: Settings, rejected?: string): Promise<Reply> {
  const asked = rejected ? { rejected } : {}
  const first = await post(settings, { keepCookie: true, ...asked })
  return first.kind === 'ended' && first.reason !== undefined ? post(settings, asked) : first
}

async function post(settings: Settings, body: Record<string, unknown>): Promise<Reply> {
  try {
    const response = await settings.runtime.fetch(settings.tokenUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    })
    return readReply(response.status, response.headers, await response.json())
  } catch {
    return { kind: 'failed', code: 'service_unavailable' }
  }
}

function readReply(status: number, headers: Headers, body: unknown): Reply {
  const answer = status === 200 ? parseTokenAnswer(body) : null
  if (answer) return { kind: 'token', answer }
  const { code, reason } = Object(body) as { code?: unknown; reason?: unknown }
  if (status === 401 && TERMINAL_CODES.includes(String(code))) return ended(String(code), reason)
  const retryAfterSeconds = Number(headers.get('retry-after'))
  return {
    kind: 'failed',
    code: status !== 200 && typeof code === 'string' ? code : 'service_unavailable',
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  }
}

/** Without any session there is no reason to show. */
function ended(code: string, reason: unknown): Reply {
  if (code === 'missing_token') return { kind: 'ended', reason: undefined }
  return { kind: 'ended', reason: typeof reason === 'string' ? reason : code }
}
