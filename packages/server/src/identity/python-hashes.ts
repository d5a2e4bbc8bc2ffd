import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** passlib writes `.` for `+` and leaves the padding out. */
export function passlibBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

/**
 * What passlib's `bcrypt_sha256` gives to bcrypt, so that no byte of a long password is lost: a hash
 * keyed by the text of the salt, or in its first version without a key.
 */
export function bcryptInput(password: string, salt: string | undefined): string {
  const hash = salt === undefined ? createHash('sha256') : createHmac('sha256', salt)
  return hash.update(password).digest('base64')
}

/** PBKDF2 with HMAC-SHA-256 (RFC 8018), off the event loop. */
export async function matchesPbkdf2(
  password: string,
  rounds: number,
  salt: Buffer,
  expected: Buffer,
): Promise<boolean> {
  const derived = await derive(password, salt, rounds, expected.length, 'sha256')
  return timingSafeEqual(derived, expected)
}
