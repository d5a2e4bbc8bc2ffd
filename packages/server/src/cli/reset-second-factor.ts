import { parseRootSecrets } from '@countersign/core'
import { BY_CLI } from '../audit/act.js'
import type { Environment } from '../environment.js'
import { mailFromEnvironment } from '../mail/mail-environment.js'
import { enqueueMail, mailVault } from '../mail/outbox.js'
import { resetSecondFactor } from '../second-factor/reset-second-factor.js'
import { createUsers } from '../users/users.js'
import { announceByRedis, withDatabase } from './with-database.js'

/**
 * What `users reset-second-factor` does; `mailed` says whether a mail waits for the server to send it.
 * @throws Error with one sentence for an address that nobody has
 */
export async function resetByEmail(email: string, env: Environment) {
  const vault = vaultFor(env)
  const result = await withDatabase(env, async (database) => {
    const user = await createUsers({ database }).findByEmail(email)
    if (!user) throw new Error('there is no user with that address')
    const outcome = await resetSecondFactor(database, user.id, BY_CLI)
    const mailed = outcome === 'changed' && vault !== undefined
    const mail = { to: user.email, data: {} }
    if (mailed) await enqueueMail({ database, vault }, 'second_factor_reset', mail)
    return { id: user.id, outcome, mailed }
  })
  await announceByRedis(env)
  return result
}

/** `undefined` where no server would send what was sealed. */
function vaultFor(env: Environment) {
  const { mail, devMailbox } = mailFromEnvironment(env)
  const secret = env.COUNTERSIGN_SECRET?.trim()
  return secret && (mail || devMailbox) ? mailVault(parseRootSecrets(secret)) : undefined
}
