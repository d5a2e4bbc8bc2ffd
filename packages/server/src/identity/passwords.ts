import { AsyncLocalStorage } from 'node:async_hooks'
import { hash } from '@node-rs/argon2'
import { createHashQueue, type HashQueue } from './hash-queue.js'
import { assessHash, matchesHash, POLICY } from './stored-hash.js'

/** A hash by the same policy, of a random password that nobody knows. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$3UPzl3d9J54LzBK7wus19w$2fxhkDyjqmDYawLj3zSzLsOKktmSIP6ztP57dzZI7Yg'

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

    /** The same work without a hash that can be tried, and then false: nobody is to learn of it. */
    verifyAlways: (given: GivenPassword): Promise<boolean> => queue(() => matchesAlways(given)),

    /**
     * Waits for a turn before `work` looks for what it then verifies.
     * @throws HashQueueFull when too many are waiting
     */
    inTurn: <T>(work: (verify: typeof matchesAlways) => Promise<T>): Promise<T> =>
      queue(() => work(matchesAlways)),

    /** False for a wrong password and for a hash of a kind we do not know. Older kinds verify too. */
    verify({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
      return queue(() => matches(stored, password))
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

interface GivenPassword {
  readonly hash: string | undefined
  readonly password: string
}

async function matchesAlways({ hash: stored, password }: GivenPassword): Promise<boolean> {
  const isUsable = stored !== undefined && assessHash(stored) === 'accepted'
  const isRight = await matches(isUsable ? stored : NOBODYS, password)
  return isRight && isUsable
}

function matches(stored: string, password: string): Promise<boolean> {
  return matchesHash(stored, { typed: password, normalised: normalise(password) })
}

/** The same text typed on another keyboard is the same password (NIST SP 800-63B-4 s3.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFC')
}
