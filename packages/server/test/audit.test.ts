import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAudit } from '../src/audit/audit.js'
import { createSampler } from '../src/audit/sampler.js'
import { createClientAdmin } from '../src/clients/client-admin.js'
import type { Database } from '../src/database/database.js'
import { createUsers } from '../src/users/users.js'
import { auditOf } from './audit-fixture.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { recordedLog } from './recorded-log.js'
import { SECRET } from './server-fixture.js'
import { createUser, sessionFixture } from './session-fixture.js'

const secrets = [{ version: 1, value: SECRET }]
const log = pino({ level: 'silent' })
const REFUSED = { code: '42501' }

describe.each(DATABASES)('the audit log on %s', (_, open) => {
  let opened: TestDatabase
  let database: Database
  beforeAll(async () => {
    opened = await open()
    database = opened.database
  })
  afterAll(() => opened?.close())

  const audit = () => createAudit({ database, secrets, retentionDays: 400, log })
  const age = async (requestId: string, days: number) => {
    await database.execute(`alter table countersign_audit disable trigger user`)
    await database.query({
      text: `update countersign_audit set at = at - make_interval(days => $2) where request_id = $1`,
      values: [requestId, days],
    })
    await database.execute(`alter table countersign_audit enable trigger user`)
  }

  it('keeps what it was told', async () => {
    const [userId, requestId] = [randomUUID(), randomUUID()]
    const who = { actorId: 'u1', sessionId: 's1', clientId: 'c1', ip: '192.0.2.1', userAgent: 'x' }

    await audit().record({ event: 'user.imported', userId, requestId, ...who, detail: { n: 1 } })

    expect(await auditOf(database, { userId })).toEqual([
      {
        event: 'user.imported',
        user_id: userId,
        actor_id: 'u1',
        session_id: 's1',
        client_id: 'c1',
        ip: '192.0.2.1',
        user_agent: 'x',
        request_id: requestId,
        detail: { n: 1 },
      },
    ])
  })

  it('knows the user of an address, and keeps no address of nobody', async () => {
    const userId = await createUser(database)
    const requestId = randomUUID()
    const refused = { event: 'sign_in.refused', requestId, detail: { reason: 'x' } } as const

    await audit().record({ ...refused, email: `${userId}@example.com` })
    await audit().record({ ...refused, email: 'nobody@example.com' })

    const [known, unknown] = await auditOf(database, { requestId })
    expect(known).toMatchObject({ user_id: userId, detail: { reason: 'x' } })
    expect(unknown).toMatchObject({ user_id: null })
    expect(unknown?.detail.address).toMatch(/^[\w-]{22}$/)
    expect(JSON.stringify([known, unknown])).not.toContain('example.com')
  })

  it('takes text that the database could not', async () => {
    const requestId = randomUUID()

    await audit().record({ event: 'user.imported', requestId, detail: { a: 'x\0y\ud800z' } })

    expect((await auditOf(database, { requestId }))[0]?.detail).toEqual({ a: 'xyz' })
  })

  it.each([
    ['an update', `update countersign_audit set event = 'x'`],
    ['a deletion', 'delete from countersign_audit'],
    ['a truncation', 'truncate countersign_audit'],
  ])('refuses %s', async (_name, sql) => {
    await audit().record({ event: 'user.imported' })

    await expect(database.execute(sql)).rejects.toMatchObject(REFUSED)
  })

  it('refuses to delete what is young, even from a purge', async () => {
    await audit().record({ event: 'user.imported' })

    const purge = database.transaction(async (tx) => {
      await tx.execute(`select set_config('countersign.audit_purge', 'on', true)`)
      await tx.execute('delete from countersign_audit')
    })

    await expect(purge).rejects.toMatchObject(REFUSED)
  })

  it('deletes what was kept for long enough, and nothing else', async () => {
    const [old, young] = [randomUUID(), randomUUID()]
    await audit().record({ event: 'user.imported', requestId: old })
    await audit().record({ event: 'user.imported', requestId: young })
    await age(old, 401)
    await age(young, 399)

    expect(await audit().purge()).toBe(1)

    expect(await auditOf(database, { requestId: old })).toEqual([])
    expect(await auditOf(database, { requestId: young })).toHaveLength(1)
  })

  it('has a line for every session from the statement that makes it', async () => {
    const { userId, id } = await sessionFixture(database).signIn()

    expect(await auditOf(database, { userId })).toMatchObject([
      { event: 'sign_in.succeeded', actor_id: userId, session_id: id, detail: { remember: true } },
    ])
  })

  it('has a line for a reuse from the statement that ends the session', async () => {
    const fixture = sessionFixture(database, {
      policy: { graceSeconds: 0, coalesceSeconds: 0, recoverySeconds: 0 },
    })
    const { token, userId, id } = await fixture.signIn()
    await fixture.refreshed(token)

    expect((await fixture.refresh(token)).outcome).toBe('reuse')

    expect((await auditOf(database, { userId })).slice(1)).toMatchObject([
      { event: 'session.ended', session_id: id, detail: { reason: 'refresh_reuse' } },
    ])
  })

  it('knows who ended a session', async () => {
    const { sessions, ...fixture } = sessionFixture(database)
    const { userId, id } = await fixture.signIn()

    await sessions.endOfUser(id, userId, 'revoked', { actorId: 'boss', ip: '192.0.2.9' })

    expect((await auditOf(database, { userId })).at(-1)).toMatchObject({
      event: 'session.ended',
      actor_id: 'boss',
      session_id: id,
      ip: '192.0.2.9',
      detail: { reason: 'revoked' },
    })
  })

  it('has a line for what an operator does to a user', async () => {
    const users = createUsers({ database })
    const userId = await createUser(database)
    const act = { actorId: 'boss', detail: { why: 'spam' } }

    await users.ban(userId, {}, act)
    await users.unban(userId, act)
    await users.setRole(userId, 'editor', act)
    await users.setRole(userId, 'editor', act)
    await users.remove(userId, act)

    const lines = await auditOf(database, { userId })
    expect(lines.map(({ event }) => event)).toEqual([
      'user.banned',
      'user.unbanned',
      'user.role_changed',
      'user.deleted',
    ])
    expect(lines[2]).toMatchObject({ actor_id: 'boss', detail: { role: 'editor', why: 'spam' } })
  })

  it('has a line for who changes a user at the database', async () => {
    const userId = await createUser(database)

    await database.query({
      text: `update "user" set role = 'editor' where id = $1`,
      values: [userId],
    })

    expect(await auditOf(database, { userId })).toMatchObject([
      { event: 'user.role_changed', actor_id: null },
    ])
  })

  it('has a line for a client that comes and goes', async () => {
    const admin = createClientAdmin(database)
    const id = `client-${randomUUID()}`

    await admin.add({ id, scopes: ['tokens:introspect'] })
    await admin.add({ id, scopes: [] })
    await admin.remove(id)

    const lines = await auditOf(database, { clientId: id })
    expect(lines.map(({ event, actor_id }) => [event, actor_id])).toEqual([
      ['client.added', 'system:cli'],
      ['client.removed', 'system:cli'],
    ])
  })

  it('fails nobody when it cannot be written, and says so in the log', async () => {
    const { lines, logger } = recordedLog()
    const broken = { ...database, query: () => Promise.reject(new Error('away')) }
    const unwritable = createAudit({
      database: broken,
      secrets,
      retentionDays: 400,
      log: logger,
    })

    await unwritable.record({ event: 'sign_in.refused', email: 'ada@example.com', ip: '192.0.2.1' })

    expect(lines.join('')).toContain('"event":"sign_in.refused"')
    expect(lines.join('')).not.toContain('ada@example.com')
  })
})

describe('a sampler', () => {
  it('says yes once in a while for each key', () => {
    let now = 0
    const isDue = createSampler(60, () => now)

    expect([isDue('a'), isDue('a'), isDue('b')]).toEqual([true, false, true])
    now = 61
    expect(isDue('a')).toBe(true)
  })
})
