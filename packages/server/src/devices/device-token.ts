import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { deriveKey, type RootSecret } from '@countersign/core'

const INFO = 'countersign/device/v1'
const PREFIX = 'csd_'
const ID_BYTES = 16
const MAC_BYTES = 16
const FORM = /^csd_[\w-]{43}$/

/**
 * Tokens by which a device is known again, and nothing else: `csd_` and base64url of 16 random bytes
 * with 16 bytes of their HMAC. What we did not make costs no query.
 */
export function deviceTokens(secrets: readonly RootSecret[]) {
  const [newest, ...older] = secrets.map((secret) => deriveKey(secret, INFO))
  if (!newest) throw new TypeError('at least one root secret is needed')
  const mac = (key: Buffer, id: Uint8Array) =>
    createHmac('sha256', key).update(id).digest().subarray(0, MAC_BYTES)
  return {
    make(): string {
      const id = randomBytes(ID_BYTES)
      return PREFIX + Buffer.concat([id, mac(newest, id)]).toString('base64url')
    },
    /** What the database knows the device by; `undefined` for a token that is not ours. */
    read(text: string | undefined): Buffer | undefined {
      if (text === undefined || !FORM.test(text)) return undefined
      const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url')
      const [id, given] = [bytes.subarray(0, ID_BYTES), bytes.subarray(ID_BYTES)]
      const isOurs = [newest, ...older].some((key) => timingSafeEqual(mac(key, id), given))
      return isOurs ? createHash('sha256').update(id).digest() : undefined
    },
  }
}
