import { deriveKey, type RootSecret } from '@countersign/core'
import { open, seal } from './sealed-box.js'

/** Encrypts what rests in the database, under a key of its own for each purpose. */
export interface Vault {
  /** `context` names the place of the text; it opens nowhere else. */
  seal(text: string, context: string): Buffer
  /** `undefined` if no root secret that is still configured sealed it, or not for this context. */
  open(box: Uint8Array, context: string): string | undefined
}

/** One byte with the version of the root secret, then the box, so that secrets can rotate. */
export function createVault(secrets: readonly RootSecret[], info: string): Vault {
  const keys = new Map(secrets.map((secret) => [secret.version, deriveKey(secret, info)]))
  const [newest] = secrets
  if (!newest) throw new TypeError('a vault needs a root secret')
  const sealing = deriveKey(newest, info)
  return {
    seal: (text, context) =>
      Buffer.concat([Buffer.of(newest.version), seal(Buffer.from(text), sealing, context)]),
    open(box, context) {
      const key = keys.get(box[0] ?? 0)
      return key && open(box.subarray(1), key, context)?.toString('utf8')
    },
  }
}
