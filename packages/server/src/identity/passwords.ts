import { AsyncLocalStorage } from 'node:async_hooks'
import { hash } from '@node-rs/argon2'
import { createHashQueue, type HashQueue } from './hash-queue.js'
import { matchesHash } from './stored-hash.js'

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const POLICY = {
  // `Algorithm.Argon2id`, a const enum that isolated modules cannot read.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const

/** Most code points of a password. Longer ones are refused, never cut. */
export const PASSWORD_MAX_LENGTH = 256

/** Hashes and checks passwords with Argon2id, off the event loop, a bounded number at a time. */
export type Passwords = ReturnType<typeof createPasswords>

export function createPasswords(queue: HashQueue = createHashQueue()) {
  const prepared = new AsyncLocalStorage<{ readonly password: string; readonly hash: string }>()
  const compute = (password: string) => queue(() => hash(normalise(password), POLICY))

  return {
    /** @throws HashQueueFull when too many are waiting */
    hash(password: string): Promise<string> {
      const ready = prepared.getStore()
      return ready?.password === password ? Promise.resolve(ready.hash) : compute(password)
    },

    /** False for a wrong password and for a hash of a kind we do not know. Older kinds verify too. */
    verify({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
      const forms = { typed: password, normalised: normalise(password) }
      return queue(() => matchesHash(stored, forms))
    },

    /**
     * Hashes before `work` and lets it find the result. Better Auth hashes inside its sign-up
     * transaction: waiting in the queue there would hold a database connection.
     */
    async hashFirst<T>(password: string, work: () => Promise<T>): Promise<T> {
      return prepared.run({ password, hash: await compute(password) }, work)
    },
  }
}

/** The same text typed on another keyboard is the same password (NIST SP 800-63B-4 s3.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFC')
}
