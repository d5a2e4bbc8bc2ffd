import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { findUser } from '../src/admin/user-detail.js'
import { listUsers, USER_SORTS } from '../src/admin/user-list.js'
import { readAudit } from '../src/audit/read-audit.js'
import { createClientAdmin } from '../src/clients/client-admin.js'
import type { Database } from '../src/database/database.js'
import { createServer } from '../src/server.js'
import { createSocialAccounts } from '../src/social/social-accounts.js'
import { createUsers } from '../src/users/users.js'
import { API, AS_API, JSON_FEED } from './feed-fixture.js'
import { identityOn } from './identity-fixture.js'
import { oauthCalls } from './oauth-fixture.js'
import {
  AS_CLIENT,
  bearer,
  CLIENT,
  callsTo,
  newEmail,
  PASSWORD,
  type SessionBody,
  serverOptions,
} from './server-fixture.js'

/** Many users who are signed in, and as many traces of others. */
export async function fill(database: Database, rows: number): Promise<void> {
  const series = `generate_series(1, ${rows}) n`
  await database.execute(`
    insert into "user" (id, name, email, "updatedAt")
    select 'u' || n, 'User ' || n, 'u' || n || '@example.com', now() from ${series};
    insert into "session" (id, token, "userId", "expiresAt", "updatedAt")
    select 's' || n, 't' || n, 'u' || n, now() + interval '30 days' * random(), now() from ${series};
    insert into "account" (id, "accountId", "providerId", "userId", "updatedAt")
    select 'a' || n, 'u' || n, 'credential', 'u' || n, now() from ${series};
    insert into "verification" (id, identifier, value, "expiresAt")
    select 'v' || n, 'i' || n, 'x', now() + interval '1 day' * random() from ${series};
    insert into countersign_sessions
      (id, user_id, auth_session_id, client_id, salt_hash, expires_at, idle_seconds, remember)
    select gen_random_uuid(), 'u' || n, 's' || n, 'public', sha256(n::text::bytea),
      now() + interval '30 days' * random(), 604800, true
    from ${series};
    insert into countersign_revocations (at, session_id, user_id, reason)
    select now() - interval '24 hours' * (1 - n::float / ${rows}), gen_random_uuid(), 'u' || n,
      'signed_out'
    from ${series};
    insert into countersign_one_time_values (hash, purpose, user_id, payload, expires_at)
    select sha256(n::text::bytea), 'x', 'u' || n, '{}', now() + interval '1 day' * random()
    from ${series};
    insert into countersign_mail (template, sealed, due_at, expires_at)
    select 'x', '', now() + interval '1 day' * random(), now() + interval '1 day' from ${series};
    insert into countersign_rate_limits (key, points, expire)
    select 'k' || n, 1, extract(epoch from now()) * 1000 + n from ${series};
    insert into countersign_devices (user_id, hash, last_seen_at)
    select 'u' || n, sha256(n::text::bytea), now() - interval '300 days' * random() from ${series};
    insert into countersign_second_factors (user_id, sealed_secret, activated_at)
    select 'u' || n, '', now() from ${series};
    insert into countersign_recovery_codes (hash, user_id)
    select sha256(n::text::bytea), 'u' || n from ${series};
    analyze`)
}

/** Asks the server for everything that it does. */
export async function useServer(database: Database): Promise<void> {
  const server = await createServer(serverOptions(database, { clients: [CLIENT, API] }))
  const calls = callsTo(server)
  const { post, get, call } = calls
  const { grant, introspect, revoke } = oauthCalls(calls)
  const { email, refreshToken } = await calls.signUp()
  await post('/login', { email, password: PASSWORD })
  const session = (await (await calls.refresh(refreshToken)).json()) as SessionBody
  const asSession = { headers: bearer(session.refreshToken) }
  await get('/me', bearer(session.accessToken))
  await get('/sessions', asSession.headers)
  await call('DELETE', '/sessions', asSession)
  await call('DELETE', `/sessions/${randomUUID()}`, asSession)
  await grant(session.refreshToken)
  for (const token of [session.accessToken, session.refreshToken]) {
    await introspect(token, AS_API)
    await revoke(token, AS_CLIENT)
  }
  await post('/logout', { refreshToken: (await calls.signUp()).refreshToken })
  await get('/revocations', JSON_FEED)
  await server.purge()
  await server.close()
}

/** What an operator does. */
export async function useAdministration(database: Database): Promise<void> {
  const users = createUsers({ database })
  await users.list()
  await users.list('u5@example.com', 20)
  await users.findByEmail('u7@example.com')
  await users.setRole('u1', 'admin')
  await users.setRole('u2', 'admin')
  await users.ban('u2', { reason: 'spam' })
  await users.unban('u2')
  await users.changePassword('u3', { passwordHash: 'x', keptSessionId: randomUUID() })
  await users.resetSecondFactor('u6')
  await users.remove('u4')
  const person = { provider: 'google', accountId: 'g-5', email: newEmail(), emailVerified: true }
  await createSocialAccounts(database).signIn(person)
  for (const sort of USER_SORTS) {
    const { next } = await listUsers(database, { sort, limit: 50 })
    await listUsers(database, { sort, limit: 50, cursor: next ?? '' })
  }
  await findUser(database, 'u5')
  const audit = { limit: 50 }
  const { next } = await readAudit(database, audit)
  await readAudit(database, { ...audit, cursor: next ?? '' })
  await readAudit(database, { ...audit, event: 'session.ended' })
  await readAudit(database, { ...audit, user: 'u5' })
  await readAudit(database, { ...audit, actor: 'system:cli' })
  await readAudit(database, { ...audit, session: randomUUID() })
  await readAudit(database, { ...audit, from: new Date(0), to: new Date() })
  const clients = createClientAdmin(database)
  await clients.list()
  await clients.add({ id: 'passing-client', scopes: [] })
  await clients.remove('passing-client')
}

/** What Better Auth asks of its own accord, by its own adapter. */
export async function useBetterAuth(database: Database): Promise<void> {
  const { internalAdapter: auth } = await identityOn(database).$context
  const ada = { email: newEmail(), name: 'Ada' }
  const key = { providerId: 'google', accountId: 'g-1' }
  const user = await auth.createUser(ada, { method: 'email-password' })
  const { token } = await auth.createSession(user.id, false)
  await auth.findSession(token)
  await auth.findSessions([token])
  await auth.updateSession(token, { ipAddress: '127.0.0.1' })
  await auth.listSessions(user.id)
  await auth.linkAccount({ ...key, userId: user.id })
  await auth.findAccountByKey(key)
  await auth.findAccountOwnerByKey(key)
  const [account] = await auth.findAccounts(user.id)
  await auth.findCredentialAccount(user.id)
  await auth.updateAccount(account?.id ?? '', { scope: 'email' })
  await auth.updatePassword(user.id, 'x')
  await auth.findUserByEmail(user.email, { includeAccounts: true })
  await auth.findUserById(user.id)
  await auth.updateUser(user.id, { name: 'Eve' })
  const expiresAt = new Date(Date.now() + 60_000)
  await auth.createVerificationValue({ identifier: 'once', value: 'x', expiresAt })
  await auth.findVerificationValue('once')
  await auth.updateVerificationByIdentifier('once', { value: 'y' })
  await auth.consumeVerificationValue('once')
  await auth.deleteVerificationByIdentifier('once')
  await auth.deleteAccount(account?.id ?? '')
  await auth.deleteSession(token)
  await auth.deleteUserSessions(user.id)
  await auth.deleteUser(user.id)
}

const SOURCES = new URL('../src/', import.meta.url)

/** Every statement that a module of statements exports. */
export async function exportedStatements(): Promise<string[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  const modules = files.filter((file) => /-(sql|rows)\.ts$/.test(file))
  const loaded = await Promise.all(modules.map((file) => import(new URL(file, SOURCES).href)))
  const values = loaded.flatMap((module) => Object.values(module).flat())
  return values.filter((value): value is string => typeof value === 'string')
}
