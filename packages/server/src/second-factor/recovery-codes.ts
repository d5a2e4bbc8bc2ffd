import { createHmac, randomInt } from 'node:crypto'
import { deriveKey, type RootSecret } from '@countersign/core'

const INFO = 'countersign/recovery-codes/v1'
/** Of Crockford's base 32: nothing that is read as something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 10
const COUNT = 10

/** Codes for when the phone is gone: fifty random bits each. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
    return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
  })
}

/**
 * Hashes of a code. Fifty bits are few for a hash alone: it is keyed by the root secret, so that a
 * leaked table opens nothing.
 * @returns one for each root secret, the newest first; none if it cannot be a code
 */
export function recoveryHashes(
  secrets: readonly RootSecret[],
  userId: string,
  typed: string,
): Buffer[] {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (code.length !== LENGTH) return []
  return secrets.map((secret) =>
    createHmac('sha256', deriveKey(secret, INFO)).update(`${userId}\0${code}`).digest(),
  )
}
