import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeUser } from '../src/admin/change-user.js'
import type { Database } from '../src/database/database.js'
import { createUsers } from '../src/users/users.js'
import { adminCalls, signUpAdmin } from './admin-fixture.js'
import { type AuditLine, auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { API, JSON_FEED, type Snapshot } from './feed-fixture.js'
import {
  type Account,
  expectProblem,
  PASSWORD,
  startServer,
  type TestServer,
} from './server-fixture.js'

interface Users {
  readonly users: readonly { readonly id: string; readonly email: string; readonly name: string }[]
  readonly next: string | null
}

interface Detail {
  readonly user: Record<string, unknown>
  readonly sessions: readonly { readonly id: string; readonly current: boolean }[]
  readonly signIns: readonly { readonly event: string }[]
  readonly events: readonly { readonly event: string; readonly actorEmail: string }[]
}

/** A database whose transactions fail at a statement. */
function failingAt(database: Database, part: string): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) =>
        work({
          ...tx,
          query: (statement) =>
            statement.text.includes(part)
              ? Promise.reject(new Error('fails here'))
              : tx.query(statement),
        }),
      ),
  }
}

describe.each(DATABASES)('administration on %s', (_name, open) => {
  let server: TestServer
  let boss: Account
  let admin: ReturnType<typeof adminCalls>
  beforeAll(async () => {
    server = await startServer({ clients: [API] }, open)
    boss = await signUpAdmin(server)
    admin = adminCalls(server, boss)
  })
  afterAll(async () => {
    await server?.server.close()
    await server?.close()
  })

  const lastOf = async (userId: string): Promise<AuditLine | undefined> =>
    (await auditOf(server.database, { userId })).at(-1)
  const login = (email: string) => server.post('/login', { email, password: PASSWORD })

  /** Every user, by as many pages as that takes. */
  async function allSorted(sort: string, cursor = ''): Promise<Users['users']> {
    const query = cursor && `&cursor=${cursor}`
    const { users, next } = await admin.read<Users>(`/users?sort=${sort}&limit=2${query}`)
    return next === null ? users : [...users, ...(await allSorted(sort, next))]
  }

  describe('of users', () => {
    it('lists them a page at a time, each once, in every order', async () => {
      for (let turn = 0; turn < 5; turn += 1) await server.signUp()
      const ids = (await server.database.query<{ id: string }>({ text: 'select id from "user"' }))
        .map(({ id }) => id)
        .sort()

      for (const sort of ['created', '-created', 'email', '-email', 'name', '-name']) {
        const seen = await allSorted(sort)
        expect([sort, seen.map(({ id }) => id).sort()]).toEqual([sort, ids])
        const emails = seen.map(({ email }) => email)
        if (sort === 'email') expect(emails).toEqual([...emails].sort())
        if (sort === '-email') expect(emails).toEqual([...emails].sort().reverse())
      }
    })

    it('finds them by a part of the address, the name, or the id', async () => {
      const one = await server.signUp()
      await server.database.query({
        text: `update "user" set name = 'Grace 100% Hopper' where id = $1`,
        values: [one.user.id],
      })

      for (const query of [one.email, one.user.id, 'grace 100%', 'HOPPER']) {
        const { users } = await admin.read<Users>(`/users?query=${encodeURIComponent(query)}`)
        expect([query, users.map(({ id }) => id)]).toEqual([query, [one.user.id]])
      }
      expect((await admin.read<Users>('/users?query=100_')).users).toEqual([])
    })

    it('filters by role and ban', async () => {
      const one = await server.signUp()
      await admin.patch(one.user.id, { banned: true })

      const { users: admins } = await admin.read<Users>('/users?role=admin')
      const { users: banned } = await admin.read<Users>('/users?banned=true')

      expect(admins.map(({ id }) => id)).toEqual([boss.user.id])
      expect(banned.map(({ id }) => id)).toContain(one.user.id)
      expect(banned.map(({ id }) => id)).not.toContain(boss.user.id)
    })

    it('shows one with sessions, sign-ins and lines of the log', async () => {
      const one = await server.signUp()
      await login(one.email)

      const detail = await admin.read<Detail>(`/users/${one.user.id}`)

      expect(detail.user).toMatchObject({
        email: one.email,
        role: 'user',
        banned: false,
        hasPassword: true,
        hasSecondFactor: false,
        providers: [],
      })
      expect(detail.sessions).toHaveLength(2)
      expect(detail.signIns.map(({ event }) => event)).toEqual(['sign_in.succeeded'])
      expect(detail.events.map(({ event }) => event)).toEqual([
        'sign_in.succeeded',
        'sign_up.succeeded',
      ])
    })

    it.each([
      ['a cursor of nothing', 'cursor=abc'],
      ['a cursor of another list', `cursor=${btoa('["x","y"]')}`],
      ['a page of none', 'limit=0'],
      ['a page of all', 'limit=100000'],
      ['an unknown sort', 'sort=password'],
      ['a NUL', 'query=%00'],
      ['half a ban', 'banned=maybe'],
    ])('refuses %s', async (_what, query) => {
      await expectProblem(await admin.get(`/users?${query}`), 400, 'invalid_request')
    })
  })

  describe('of one user', () => {
    it('gives another role, which is live at once and in the log', async () => {
      const one = await server.signUp()

      const answer = await admin.patch(one.user.id, { role: 'editor' })

      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ user: { role: 'editor' } })
      const refreshed = await (await server.refresh(one.refreshToken)).json()
      expect(refreshed.user.role).toBe('editor')
      expect(await lastOf(one.user.id)).toMatchObject({
        event: 'user.role_changed',
        actor_id: boss.user.id,
        detail: { role: 'editor' },
      })
    })

    it('bans with a reason and an end, tells every API, and lets in again', async () => {
      const one = await server.signUp()
      const snapshot = async (since = ''): Promise<Snapshot> =>
        (await server.get(`/revocations${since}`, JSON_FEED)).json()
      const { cursor } = await snapshot()
      const banExpiresAt = new Date(Date.now() + 3_600_000).toISOString()
      const ban = { banned: true, banReason: 'spam', banExpiresAt }

      expect(await (await admin.patch(one.user.id, ban)).json()).toMatchObject({ user: ban })

      const { events } = await snapshot(`?since=${cursor}`)
      expect(events.map(({ sub_id }) => sub_id.user.sub)).toEqual([one.user.id])
      await expectProblem(await login(one.email), 403, 'account_locked')
      await expectProblem(await server.refresh(one.refreshToken), 401, 'session_ended')
      expect(await admin.read<Detail>(`/users/${one.user.id}`)).toMatchObject({ sessions: [] })
      expect((await admin.patch(one.user.id, { banned: false })).status).toBe(200)
      expect((await login(one.email)).status).toBe(200)
    })

    it('ends one session, and all of them', async () => {
      const one = await server.signUp()
      const other = await (await login(one.email)).json()
      const { sessions } = await admin.read<Detail>(`/users/${one.user.id}`)
      const path = `/users/${one.user.id}/sessions`

      expect((await admin.delete(`${path}/${sessions[0]?.id}`)).status).toBe(204)
      const left = await admin.read<Detail>(`/users/${one.user.id}`)
      expect((await admin.delete(path)).status).toBe(204)

      expect(left.sessions).toHaveLength(1)
      for (const token of [one.refreshToken, other.refreshToken]) {
        await expectProblem(await server.refresh(token), 401, 'session_ended')
      }
      expect(await lastOf(one.user.id)).toMatchObject({
        event: 'session.ended',
        actor_id: boss.user.id,
      })
    })

    it('does not end the session of one user in the name of another', async () => {
      const [one, other] = [await server.signUp(), await server.signUp()]
      const { sessions } = await admin.read<Detail>(`/users/${one.user.id}`)

      const answer = await admin.delete(`/users/${other.user.id}/sessions/${sessions[0]?.id}`)

      await expectProblem(answer, 404, 'not_found')
      expect((await server.refresh(one.refreshToken)).status).toBe(200)
    })

    it('does nothing to oneself', async () => {
      for (const change of [{ role: 'user' }, { banned: true }, { role: 'owner' }]) {
        await expectProblem(await admin.patch(boss.user.id, change), 409, 'own_account')
      }
      expect((await admin.get('/users')).status).toBe(200)
    })

    it('leaves one administrator of two who demote each other at once', async () => {
      const [one, other] = [await signUpAdmin(server), await signUpAdmin(server)]
      await server.database.query({
        text: `update "user" set role = 'user' where role = 'admin' and id <> all($1)`,
        values: [[one.user.id, other.user.id]],
      })

      const answers = await Promise.all([
        adminCalls(server, one).patch(other.user.id, { role: 'user' }),
        adminCalls(server, other).patch(one.user.id, { role: 'user' }),
      ])

      const [row] = await server.database.query<{ admins: number }>({
        text: `select count(*)::integer as admins from "user" where role = 'admin'`,
      })
      await createUsers(server).setRole(boss.user.id, 'admin')
      expect(answers.map(({ status }) => status).sort()[0]).toBe(200)
      expect(row?.admins).toBe(1)
    })

    it('changes everything that was asked for or nothing', async () => {
      const one = await server.signUp()
      const { database } = server
      const changed = changeUser(
        { database: failingAt(database, 'user_disabled'), revocations: { announce() {} } },
        one.user.id,
        { role: 'editor', banned: true },
        {},
      )

      await expect(changed).rejects.toThrow('fails here')
      expect(await admin.read(`/users/${one.user.id}`)).toMatchObject({ user: { role: 'user' } })
    })

    it.each([
      ['nothing', {}],
      ['a role with a comma', { role: 'user,admin' }],
      ['an empty role', { role: '' }],
      ['a reason without a ban', { banReason: 'spam' }],
      ['an end with the lift of a ban', { banned: false, banExpiresAt: '2030-01-01T00:00:00Z' }],
      ['an unknown member', { role: 'user', ver: 7 }],
      ['another id', { role: 'user', id: 'x' }],
      ['a number for a ban', { banned: 1 }],
      ['no instant', { banned: true, banExpiresAt: 'tomorrow' }],
    ])('refuses %s', async (_what, body) => {
      const one = await server.signUp()

      await expectProblem(await admin.patch(one.user.id, body), 400, 'invalid_request')
    })

    it('knows no user who is not there', async () => {
      const id = randomUUID()
      await expectProblem(await admin.get(`/users/${id}`), 404, 'not_found')
      await expectProblem(await admin.patch(id, { role: 'editor' }), 404, 'not_found')
      await expectProblem(await admin.patch(id, { banned: true }), 404, 'not_found')
      await expectProblem(await admin.delete(`/users/${id}/sessions`), 404, 'not_found')
    })
  })

  describe('of the audit log', () => {
    interface Lines {
      readonly events: readonly { readonly id: string; readonly event: string }[]
      readonly next: string | null
    }
    const lines = (query: string) => admin.read<Lines>(`/audit?${query}`)

    it('filters by user, actor, event, session and time', async () => {
      const one = await server.signUp()
      await login(one.email)
      await admin.patch(one.user.id, { banned: true })
      const { events } = await lines(`user=${one.user.id}`)
      const { events: byAddress } = await lines(`user=${encodeURIComponent(one.email)}`)
      const { events: bans } = await lines(`user=${one.user.id}&event=user.banned`)
      const { events: acts } = await lines(`actor=${boss.user.id}&user=${one.user.id}`)
      const later = new Date(Date.now() + 60_000).toISOString()
      const { events: none } = await lines(`user=${one.user.id}&from=${later}`)
      const { events: all } = await lines(`user=${one.user.id}&to=${later}`)

      expect(events.map(({ event }) => event)).toEqual([
        'user.banned',
        'sign_in.succeeded',
        'sign_up.succeeded',
      ])
      expect([byAddress, all]).toEqual([events, events])
      expect(bans.map(({ event }) => event)).toEqual(['user.banned'])
      expect(acts).toEqual(bans)
      expect(none).toEqual([])
    })

    it('has pages, in which each line stands once', async () => {
      const ids: string[] = []
      let next: string | null = ''
      while (next !== null && ids.length < 1000) {
        const page: Lines = await lines(`limit=7${next && `&cursor=${next}`}`)
        ids.push(...page.events.map(({ id }) => id))
        next = page.next
      }

      const rows = await auditOf(server.database)
      expect(ids.length).toBe(rows.length)
      expect(ids).toEqual([...new Set(ids)].sort((one, other) => Number(other) - Number(one)))
    })

    it.each([
      ['an unknown event', 'event=x'],
      ['a cursor of nothing', 'cursor=abc'],
      ['a cursor of a list of users', `cursor=${btoa('["ada@example.com","u1"]')}`],
      ['no instant', 'from=yesterday'],
    ])('refuses %s', async (_what, query) => {
      await expectProblem(await admin.get(`/audit?${query}`), 400, 'invalid_request')
    })
  })

  it('is for administrators, and writes down who tried', async () => {
    const one = await server.signUp()
    const calls = adminCalls(server, one)

    await expectProblem(await calls.get('/users'), 403, 'insufficient_role')
    await expectProblem(await calls.patch(one.user.id, { role: 'admin' }), 403, 'insufficient_role')

    expect(await lastOf(one.user.id)).toMatchObject({ event: 'admin.refused' })
  })

  it('ends with the role, not with the token that once carried it', async () => {
    const former = await signUpAdmin(server)
    const calls = adminCalls(server, former)
    expect((await calls.get('/users')).status).toBe(200)

    await admin.patch(former.user.id, { role: 'user' })

    await expectProblem(await calls.get('/users'), 403, 'insufficient_role')
  })
})
