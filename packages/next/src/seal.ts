import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey, parseRootSecrets, type RootSecret } from '@countersign/core'

const VERSION = 'v1'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORM = /^v1\.([A-Za-z0-9_-]{8})\.([A-Za-z0-9_-]{38,4096})$/

/** One key of the ring. `id` is derived from the secret and tells nothing about it. */
export interface SealKey {
  readonly id: string
  readonly key: Buffer
}

/**
 * The key ring of `secret`, or of a list `2:newest,1:older`: the first seals, every one opens.
 * Throws `TypeError` for a secret under 32 bytes or of hardly any variety.
 */
export function sealKeys(text: string): readonly SealKey[] {
  return parseSecrets(text).map((secret) => ({
    id: deriveKey(secret, 'countersign session cookie key id v1').toString('base64url').slice(0, 8),
    key: deriveKey(secret, 'countersign session cookie key v1'),
  }))
}

function parseSecrets(text: string): readonly RootSecret[] {
  try {
    return parseRootSecrets(text.trim())
  } catch (error) {
    const rule = error instanceof Error ? error.message : ''
    throw new TypeError(
      `COUNTERSIGN_COOKIE_SECRET: ${rule}; use the output of "openssl rand -base64 32"`,
      { cause: error },
    )
  }
}

/**
 * Seals a text with AES-256-GCM under the newest key and a fresh 96-bit nonce. `context` (the name
 * of the cookie) is authenticated, so a value opens only where it was made for.
 */
export function seal(text: string, options: { keys: readonly SealKey[]; context: string }): string {
  const [newest] = options.keys
  if (!newest) throw new TypeError('a key ring needs a key')
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', newest.key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(options.context))
  const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()])
  const sealed = Buffer.concat([body, cipher.getAuthTag()])
  return `${VERSION}.${newest.id}.${sealed.toString('base64url')}`
}

/** The sealed text, or null for anything that this ring did not seal in this context. */
export function unseal(
  value: string,
  options: { keys: readonly SealKey[]; context: string },
): string | null {
  const [, id, encoded] = FORM.exec(value) ?? []
  const entry = options.keys.find((candidate) => candidate.id === id)
  if (!entry || !encoded) return null
  const bytes = Buffer.from(encoded, 'base64url')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', entry.key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(options.context))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch {
    return null // The tag does not fit: another key, another context, or changed bytes.
  }
}
