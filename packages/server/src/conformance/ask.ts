import { NoAnswer } from './findings.js'

const TIMEOUT_MS = 10_000
/** More than any answer that is looked at. */
const MOST_CHARACTERS = 1_000_000

/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, if it is a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined
  /** How far the clock of the other side is ahead of ours, in seconds; it is told to the second. */
  readonly clockAhead: number | undefined
}

export interface Question {
  readonly method?: string
  readonly headers?: Record<string, string>
  /** Sent as JSON unless it is text. */
  readonly body?: unknown
}

/**
 * Sends a request. Redirects are not followed: a refusal that leads to a page is no refusal.
 * @throws NoAnswer that names the address without its query
 */
export async function ask(url: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = question
  const isText = typeof body === 'string'
  const type = body === undefined || isText ? {} : { 'Content-Type': 'application/json' }
  const began = Date.now()
  try {
    const response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...type, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    })
    const ahead = clockAhead(response.headers.get('date'), began, Date.now())
    const text = (await response.text()).slice(0, MOST_CHARACTERS)
    const { status } = response
    return { status, headers: response.headers, text, json: objectIn(text), clockAhead: ahead }
  } catch (cause) {
    throw new NoAnswer(`${place(url)} does not answer (${reason(cause)})`, { cause })
  }
}

/** With a token in its one place. */
export function askWith(token: string, url: string, question: Question = {}): Promise<Answer> {
  const headers = { ...question.headers, Authorization: `Bearer ${token}` }
  return ask(url, { ...question, headers })
}

/** 0 wherever the second that `Date` names may have been now. */
function clockAhead(date: string | null, began: number, ended: number): number | undefined {
  const told = Date.parse(date ?? '')
  if (Number.isNaN(told)) return undefined
  if (told > ended) return (told - ended) / 1000
  if (told + 1000 < began) return (told + 1000 - began) / 1000
  return 0
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** An address as it may be printed: what follows may hold a token. */
function place(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

function reason(cause: unknown): string {
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: string } }
  if (name === 'TimeoutError') return `not within ${TIMEOUT_MS / 1000} s`
  return inner?.code ?? 'no HTTP'
}
