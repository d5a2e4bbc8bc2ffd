import { ProblemError } from '../problem-error.js'
import { MAX_BODY_BYTES } from '../request-body.js'
import { OAuthError } from './oauth-error.js'

/** Parameters of a request. One without a value is as good as absent (RFC 6749 section 3.2). */
export type Form = ReadonlyMap<string, string>

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * Reads a form in strict UTF-8, of at most 64 KB.
 * @throws OAuthError `invalid_request` for another media type, bytes that are not UTF-8, and a
 *   parameter that is there twice; ProblemError `payload_too_large`
 */
export async function readForm(request: Request): Promise<Form> {
  if (!FORM_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw malformed('send application/x-www-form-urlencoded')
  }
  const form = new Map<string, string>()
  for (const pair of decodeUtf8(await readBytes(request)).split('&')) {
    if (pair === '') continue
    const [name, value] = readPair(pair)
    if (form.has(name)) throw malformed('a parameter is there twice')
    form.set(name, value)
  }
  return new Map([...form].filter(([, value]) => value !== ''))
}

/** @throws OAuthError `invalid_request` that names the parameter */
export function requiredParameter(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw malformed(`${name} is missing`)
  return value
}

function readPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=')
  if (equals === -1) return [decode(pair), '']
  return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed('the form is not percent-encoded UTF-8')
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('the body is not UTF-8')
  }
}

/** A declared length is enough to know that a body may be read whole; others are counted. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get('content-length')
  if (declared !== null) {
    if (!(Number(declared) <= MAX_BODY_BYTES)) throw new ProblemError('payload_too_large')
    return new Uint8Array(await request.arrayBuffer())
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) throw new ProblemError('payload_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function malformed(description: string): OAuthError {
  return new OAuthError('invalid_request', { description })
}
