import { createHash } from 'node:crypto'
import type { HeaderReader } from './call.js'

export interface CacheableAnswer {
  readonly status: 200 | 304
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/**
 * Answers with a JSON document that everybody may read and keep for a while; writes it once for as
 * long as it is the same object.
 */
export function cacheable(current: () => object, maxAgeSeconds: number) {
  let written: ReturnType<typeof write> | undefined
  return (headers: HeaderReader): CacheableAnswer => {
    const document = current()
    if (written?.document !== document) written = write(document)
    const { body, etag } = written
    const cached = { 'Cache-Control': `public, max-age=${maxAgeSeconds}`, ETag: etag }
    if (matches(headers.get('if-none-match'), etag)) {
      return { status: 304, headers: cached, body: null }
    }
    return { status: 200, headers: { ...cached, 'Content-Type': 'application/json' }, body }
  }
}

function write(document: object) {
  const body = JSON.stringify(document)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { document, body, etag }
}

/** Weak comparison in a list (RFC 9110 section 13.1.2): what compresses makes an entity tag weak. */
function matches(header: string | null, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
