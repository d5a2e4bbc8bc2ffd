import { parseRootSecrets } from '@countersign/core'
import { pino } from 'pino'
import type { Database } from '../src/database/database.js'
import { createIdentity } from '../src/identity/better-auth.js'
import { createPasswords } from '../src/identity/passwords.js'
import { sessionPolicy } from '../src/sessions/policy.js'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { createSessions } from '../src/sessions/sessions.js'
import { createUsers } from '../src/users/users.js'
import { AUTH_ORIGIN, SECRET } from './server-fixture.js'

/** Better Auth as a server of `server-fixture` has it, on the same database. */
export function identityOn(database: Database) {
  const secrets = parseRootSecrets(SECRET)
  const policy = sessionPolicy()
  const sessions = createSessions({ database, keys: refreshTokenKeys(secrets), policy })
  return createIdentity({
    origin: AUTH_ORIGIN,
    secrets,
    database,
    passwords: createPasswords(),
    passwordMinLength: 8,
    absoluteSeconds: policy.absoluteSeconds,
    trustedOrigins: new Set([AUTH_ORIGIN]),
    log: pino({ level: 'silent' }),
    onUserDeleted: createUsers({ database }).deletedByBetterAuth,
    onUserUpdated: () => {},
    onSessionDeleted: async (id) => void (await sessions.endByAuthSession(id, 'revoked')),
  })
}
