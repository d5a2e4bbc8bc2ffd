import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { output, ZodType } from 'zod'
import { isJson } from './browser-guard.js'
import type { Call } from './call.js'
import { ProblemError } from './problem-error.js'

/** Longest body that is read. */
export const MAX_BODY_BYTES = 64 * 1024
/** Why a body was refused that `JSON.parse` does not take. */
export const NOT_JSON = 'the body is not valid JSON'
/** What a decoder writes where the bytes are not UTF-8. */
const REPLACEMENT = '\ufffd'

/**
 * Refuses bodies over 64 KB (413), of another media type than JSON (415), or not in UTF-8 (400).
 * A declared length is enough to know that a body may be read whole; only others are counted.
 */
export function expectJson(): MiddlewareHandler {
  const counted = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseSize })
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const declared = c.req.header('content-length')
    if (declared === '0') return next()
    if (declared !== undefined) {
      if (!(Number(declared) <= MAX_BODY_BYTES)) refuseSize()
      await checkText(c, Number(declared))
      return next()
    }
    if (c.req.raw.body === null) return next()
    return counted(c, async () => {
      const { byteLength } = await c.req.arrayBuffer()
      if (byteLength > 0) await checkText(c, byteLength)
      await next()
    })
  }
}

async function checkText(c: Context, byteLength: number): Promise<void> {
  assertJsonType(c.req.header('content-type') ?? null)
  assertUtf8(await c.req.text(), byteLength)
}

const decoder = new TextDecoder()

/**
 * The text of a body that was read without Hono.
 * @throws ProblemError `unsupported_media_type`, `invalid_request`, as `expectJson` does
 */
export function jsonText(bytes: Uint8Array, contentType: string | null): string {
  if (bytes.byteLength === 0) return ''
  assertJsonType(contentType)
  const text = decoder.decode(bytes)
  assertUtf8(text, bytes.byteLength)
  return text
}

/**
 * The members of a body, or `undefined` without a body.
 * @throws ProblemError `invalid_request` that names the field and the rule, `unsupported_media_type`
 */
export function readMembers<Schema extends ZodType>(
  schema: Schema,
  { text, headers }: Call,
): output<Schema> | undefined {
  const contentType = headers.get('content-type')
  if (text === '' && contentType === null) return undefined
  assertJsonType(contentType)
  const result = schema.safeParse(parse(text))
  if (!result.success) throw refusal(result.error)
  return result.data
}

/** Names the field and the rule, never the value. */
export function refusal({ issues }: Rejection): ProblemError {
  const [issue] = issues
  const field = issue?.path.join('.')
  const rule = issue?.message ?? 'the body is not as expected'
  return new ProblemError('invalid_request', { detail: field ? `"${field}": ${rule}` : rule })
}

interface Rejection {
  readonly issues: ReadonlyArray<{ readonly path: PropertyKey[]; readonly message: string }>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ProblemError('invalid_request', { detail: NOT_JSON })
  }
}

function assertJsonType(contentType: string | null): void {
  if (!isJson(contentType)) throw new ProblemError('unsupported_media_type')
}

/** A decoder also drops a byte-order mark, which JSON must not begin with (RFC 8259 section 8.1). */
function assertUtf8(text: string, byteLength: number): void {
  if (text.includes(REPLACEMENT) || Buffer.byteLength(text) !== byteLength) {
    throw new ProblemError('invalid_request', { detail: 'the body is not UTF-8' })
  }
}

function refuseSize(): never {
  throw new ProblemError('payload_too_large')
}
