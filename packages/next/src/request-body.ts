import { refuse } from './answers.js'
import { parseObject } from './shape.js'

/** Largest request body, in bytes. */
const MAX_BODY_BYTES = 64 * 1024

/** A body that was read, or the answer that refuses it. An empty one is an empty object. */
export type BodyResult =
  | { readonly hasBody: boolean; readonly body: Readonly<Record<string, unknown>> }
  | { readonly refusal: Response }

/** Reads a JSON object of at most 64 KB. Refuses with 400, 413 or 415. */
export async function readBody(request: Request): Promise<BodyResult> {
  const text = await readText(request)
  if (text === null) return { refusal: refuse('payload_too_large') }
  if (text === '') return { hasBody: false, body: {} }
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return { refusal: refuse('unsupported_media_type', { detail: 'Send application/json' }) }
  }
  const body = parseObject(text)
  if (!body) return { refusal: refuse('invalid_request', { detail: 'Send a JSON object' }) }
  return { hasBody: true, body }
}

/** The body as text; null as soon as it proves too large, whatever `Content-Length` says. */
export async function readText(request: Pick<Request, 'body'>): Promise<string | null> {
  if (!request.body) return ''
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > MAX_BODY_BYTES) {
      await reader.cancel()
      return null
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks).toString('utf8')
}
