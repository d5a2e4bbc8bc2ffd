import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TransactionIdentity, withIdentity } from '../src/postgres.js'
import { DATABASES, type NotesDatabase, START_TIMEOUT_MS } from './postgres-databases.js'

const asUser = (userId: string): TransactionIdentity => ({
  userId,
  role: 'user',
  sessionId: `session-of-${userId}`,
})
const ALICE = asUser('alice')
const BOB = asUser('bob')

describe.each(DATABASES)('withIdentity on %s', (_, open) => {
  let db: NotesDatabase
  beforeAll(async () => {
    db = await open()
  }, START_TIMEOUT_MS)
  afterAll(() => db.close())
  beforeEach(async () => {
    await db.query('delete from notes')
    await db.query(
      "insert into notes (user_id, body) values ('alice', 'of alice'), ('bob', 'of bob')",
    )
  })

  const bodies = (identity: TransactionIdentity) =>
    withIdentity(db.pool, identity, readBodies, { role: db.role })

  async function readBodies(tx: Parameters<Parameters<typeof withIdentity>[2]>[0]) {
    const { rows } = await tx.query<{ body: string }>('select body from notes order by id')
    return rows.map(({ body }) => body)
  }

  /** What a statement of the pool finds that nobody gave an identity. */
  const leftovers = async () => {
    const select = "select current_user as role, current_setting('countersign.user_id', true) as id"
    const [row] = await lend<{ role: string; id: string | null }>(db, select)
    return { role: row?.role, id: row?.id || null }
  }
  const NOTHING_LEFT = { role: 'postgres', id: null }

  it('shows a user its own rows in a query that names no user', async () => {
    expect(await bodies(ALICE)).toEqual(['of alice'])
    expect(await bodies(BOB)).toEqual(['of bob'])
    expect(await bodies(asUser('nobody'))).toEqual([])
  })

  it('tells policies the user, the role and the session', async () => {
    const { rows } = await withIdentity(
      db.pool,
      ALICE,
      (tx) =>
        tx.query(`select current_setting('countersign.user_id') as id,
          current_setting('countersign.role') as role,
          current_setting('countersign.session_id') as session, current_user as name`),
      { role: db.role },
    )

    expect(rows).toEqual([
      { id: 'alice', role: 'user', session: 'session-of-alice', name: db.role },
    ])
  })

  it.each([
    ['update', "update notes set body = 'taken' returning id"],
    ['delete', 'delete from notes returning id'],
  ])('lets an unscoped %s reach no row of another user', async (_name, sql) => {
    const { rows } = await withIdentity(db.pool, ALICE, (tx) => tx.query(sql), { role: db.role })

    expect(rows).toHaveLength(1)
    expect(await bodies(BOB)).toEqual(['of bob'])
  })

  it.each([
    ['insert', "insert into notes (user_id, body) values ('bob', 'planted')"],
    ['give away', "update notes set user_id = 'bob'"],
  ])('refuses to %s a row of another user', async (_name, sql) => {
    const writing = withIdentity(db.pool, ALICE, (tx) => tx.query(sql), { role: db.role })

    await expect(writing).rejects.toMatchObject({ code: '42501' })
    expect(await bodies(BOB)).toEqual(['of bob'])
  })

  it('keeps what was written, and shows nothing to a connection without an identity', async () => {
    await withIdentity(
      db.pool,
      ALICE,
      (tx) => tx.query('insert into notes (user_id, body) values ($1, $2)', ['alice', 'second']),
      { role: db.role },
    )

    expect(await bodies(ALICE)).toEqual(['of alice', 'second'])
    expect(await lend(db, `set role ${db.role}; select body from notes; reset role`)).toEqual([])
    expect(await leftovers()).toEqual(NOTHING_LEFT)
  })

  it('undoes everything when the work throws, and leaves nothing behind', async () => {
    const working = withIdentity(
      db.pool,
      ALICE,
      async (tx) => {
        await tx.query("insert into notes (user_id, body) values ('alice', 'never')")
        throw new Error('changed my mind')
      },
      { role: db.role },
    )

    await expect(working).rejects.toThrow('changed my mind')
    expect(await bodies(ALICE)).toEqual(['of alice'])
    expect(await leftovers()).toEqual(NOTHING_LEFT)
  })

  it('leaves nothing behind after an error of the database', async () => {
    const working = withIdentity(db.pool, ALICE, (tx) => tx.query('select 1 / 0'), {
      role: db.role,
    })

    await expect(working).rejects.toMatchObject({ code: '22012' })
    expect(await leftovers()).toEqual(NOTHING_LEFT)
    expect(await bodies(BOB)).toEqual(['of bob'])
  })

  it('does not pretend that it committed when a failed statement went unnoticed', async () => {
    const working = withIdentity(
      db.pool,
      ALICE,
      async (tx) => {
        await tx.query("insert into notes (user_id, body) values ('alice', 'never')")
        await tx.query('select 1 / 0').catch(() => {})
      },
      { role: db.role },
    )

    await expect(working).rejects.toThrow()
    expect(await bodies(ALICE)).toEqual(['of alice'])
  })

  it('ends the transaction object with the transaction', async () => {
    const kept = await withIdentity(db.pool, ALICE, async (tx) => tx, { role: db.role })

    await expect(kept.query('select 1')).rejects.toThrow('the transaction is over')
  })

  it.each([
    "'; set role postgres; --",
    "x', true), set_config('role', 'postgres', true), ('",
    '"; reset role; select "',
    "\\'; drop table notes; --",
    '%00',
    'ünï\u{1f9e6}\u202e',
    'x'.repeat(5_000),
  ])('takes the hostile id %j for a text and nothing else', async (userId) => {
    await db.query('insert into notes (user_id, body) values ($1, $2)', [userId, 'hostile'])

    expect(await bodies(asUser(userId))).toEqual(['hostile'])
    expect(await bodies(ALICE)).toEqual(['of alice'])
  })

  it.each(['', 'a\0b', '\ud800', 7 as unknown as string, undefined as unknown as string])(
    'refuses the id %j before it asks the database',
    async (userId) => {
      await expect(bodies(asUser(userId))).rejects.toMatchObject({ code: 'invalid_token' })
    },
  )

  it('refuses hostile texts in the role and the session too', async () => {
    await expect(bodies({ ...ALICE, role: 'a\0b' })).rejects.toThrow()
    await expect(bodies({ ...ALICE, sessionId: 'a\0b' })).rejects.toThrow()
  })

  it.each(['nobody"; reset role; --', 'none', ''])('switches to no role named %j', async (role) => {
    await expect(withIdentity(db.pool, ALICE, async () => {}, { role })).rejects.toThrow()
    expect(await leftovers()).toEqual(NOTHING_LEFT)
  })

  it('refuses a role that no policy binds', async () => {
    const unbound = [undefined, 'postgres', db.names.bypass].map((role) =>
      withIdentity(db.pool, ALICE, readBodies, role === undefined ? {} : { role }),
    )

    for (const refused of await Promise.allSettled(unbound)) {
      expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) })
    }
  })

  it('refuses to be nested, which would wait for itself', async () => {
    const nested = withIdentity(db.pool, ALICE, () => bodies(BOB), { role: db.role })

    await expect(nested).rejects.toThrow(TypeError)
    expect(await bodies(ALICE)).toEqual(['of alice'])
  })

  it('lets work that outlives the transaction begin one of its own', async () => {
    let goOn = () => {}
    const over = new Promise<void>((resolve) => {
      goOn = resolve
    })

    let later: Promise<string[]> | undefined
    const work = async () => {
      later = over.then(() => bodies(BOB))
    }
    await withIdentity(db.pool, ALICE, work, { role: db.role })
    goOn()

    expect(await later).toEqual(['of bob'])
  })

  it('keeps fifty users apart who come at once', async () => {
    const users = Array.from({ length: 50 }, (_unused, n) => `user-${n}`)
    for (const user of users) {
      await db.query('insert into notes (user_id, body) values ($1, $1)', [user])
    }

    const seen = await Promise.all(users.map((user) => bodies(asUser(user))))

    expect(seen).toEqual(users.map((user) => [user]))
  })
})

/** A statement on a connection of the pool itself, as the next borrower finds it. */
async function lend<Row>({ pool }: NotesDatabase, sql: string): Promise<Row[]> {
  if ('transaction' in pool) {
    const answers = (await (pool as unknown as Embedded).exec(sql)) as { rows: Row[] }[]
    return answers.flatMap(({ rows }) => rows)
  }
  const connection = await pool.connect()
  const answer = (await connection.query(sql)) as unknown as { rows: Row[] } | { rows: Row[] }[]
  connection.release()
  return [answer].flat().flatMap(({ rows }) => rows)
}

interface Embedded {
  exec(sql: string): Promise<unknown>
}
