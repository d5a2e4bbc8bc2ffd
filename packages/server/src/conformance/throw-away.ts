import { randomBytes } from 'node:crypto'
import type { Environment } from '../environment.js'
import { ask } from './ask.js'
import type { Account } from './auth-target.js'

/** An account for one run. */
export interface ThrowAway {
  readonly account: Account
  /** Deletes it where the database can be reached; says whether that was so. */
  remove(): Promise<boolean>
}

/**
 * Signs up with an address that no mail can reach (RFC 2606).
 * @throws Error with one sentence if that is not to be had
 */
export async function makeThrowAway(issuer: string, env: Environment): Promise<ThrowAway> {
  const email = `countersign-doctor-${randomBytes(8).toString('hex')}@example.invalid`
  const account = { email, password: randomBytes(24).toString('base64url') }
  const { status } = await ask(`${issuer}/signup`, { method: 'POST', body: account })
  if (status === 202) {
    throw new Error('sign-ups have to be confirmed by mail here: set COUNTERSIGN_CHECK_EMAIL')
  }
  if (status >= 300) {
    throw new Error(`a throw-away account was refused (${status}): set COUNTERSIGN_CHECK_EMAIL`)
  }
  return { account, remove: () => remove(email, env) }
}

/** There is no route by which users delete themselves; an operator has the database. */
async function remove(email: string, env: Environment): Promise<boolean> {
  if (!env.DATABASE_URL) return false
  const [{ databaseFromEnvironment }, { createUsers }] = await Promise.all([
    import('../environment.js'),
    import('../users/users.js'),
  ])
  const database = await databaseFromEnvironment(env)
  try {
    const users = createUsers({ database })
    const user = await users.findByEmail(email)
    return user !== undefined && (await users.remove(user.id)) === 'changed'
  } catch {
    return false
  } finally {
    await database.close()
  }
}
