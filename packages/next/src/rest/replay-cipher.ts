import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What a presented token is called in a store, and a cipher that only its holder can make. */
export interface ReplayCipher {
  readonly name: string
  readonly close: (text: string) => string
  /** Null for anything that this token's cipher did not close. */
  readonly open: (closed: string) => string | null
}

/** Name and key come from the token by HKDF: whoever reads the store learns neither token nor answer. */
export function replayCipher(token: string): ReplayCipher {
  const key = derive(token, 'countersign replay key v1')
  return {
    name: derive(token, 'countersign replay name v1').toString('base64url'),
    close: (text) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([body, cipher.getAuthTag()]).toString('base64url')
    },
    open: (closed) => openWith(key, Buffer.from(closed, 'base64url')),
  }
}

function derive(token: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', purpose, 32))
}

function openWith(key: Buffer, bytes: Buffer): string | null {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch {
    return null // The tag does not fit: another token, or changed bytes.
  }
}
