import { APIError } from 'better-auth/api'
import { HashQueueFull } from '../identity/hash-queue.js'
import { createPasswords, type Passwords } from '../identity/passwords.js'

let shared: Passwords | undefined

/**
 * For `emailAndPassword.password`: new passwords are hashed with Argon2id, and those that users bring
 * verify as they are: bcrypt (`$2a$`, `$2b$`, `$2y$`), scrypt of Better Auth, Argon2. A bounded number
 * at a time; to more the answer is 503 with `Retry-After`.
 */
export const passwords = {
  hash: (password: string): Promise<string> => orBusy(all().hash(password)),
  verify: (data: { hash: string; password: string }): Promise<boolean> =>
    orBusy(all().verify(data)),
}

function all(): Passwords {
  shared ??= createPasswords()
  return shared
}

async function orBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof HashQueueFull)) throw error
    const headers = { 'Retry-After': String(error.retryAfterSeconds) }
    throw new APIError('SERVICE_UNAVAILABLE', { code: 'service_unavailable' }, headers)
  }
}
