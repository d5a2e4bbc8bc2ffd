/**
 * Unpadded base64url (RFC 4648 section 5) in its canonical spelling only, so that one token has one text.
 * @module
 */

/** Writes bytes, or the UTF-8 bytes of a text. */
export function encodeBase64url(data: Uint8Array | string): string {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data)
  return bytes.toString('base64url')
}

/**
 * Reads bytes.
 * @returns `undefined` for padding, foreign characters, white space, and unused bits that are set:
 * Node would skip them all, so the bytes must give back the very same text
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
