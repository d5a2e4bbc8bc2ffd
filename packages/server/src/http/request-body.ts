import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isJson } from './browser-guard.js'
import { ProblemError } from './problem-error.js'

/** Longest body that is read. */
export const MAX_BODY_BYTES = 64 * 1024
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
  if (!isJson(c.req.header('content-type') ?? null)) {
    throw new ProblemError('unsupported_media_type')
  }
  const text = await c.req.text()
  // A decoder also drops a byte-order mark, which JSON must not begin with (RFC 8259 section 8.1).
  if (text.includes(REPLACEMENT) || Buffer.byteLength(text) !== byteLength) {
    throw new ProblemError('invalid_request', { detail: 'the body is not UTF-8' })
  }
}

function refuseSize(): never {
  throw new ProblemError('payload_too_large')
}
