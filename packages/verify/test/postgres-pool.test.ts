import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { withIdentity } from '../src/postgres.js'
import { postgres } from './postgres-databases.js'

const ALICE = { userId: 'alice', role: 'user', sessionId: 's' }
const PATIENCE = { timeout: 20_000, interval: 20 }

let db: Awaited<ReturnType<typeof postgres>>
afterEach(() => db.close())

async function backendOf(pool: pg.Pool): Promise<{ pid: number; role: string; id: string }> {
  const { rows } = await pool.query(
    `select pg_backend_pid() as pid, current_user as role,
       coalesce(current_setting('countersign.user_id', true), '') as id`,
  )
  return rows[0]
}

/** Calls a function of PostgreSQL with the process of the statement, once it runs. */
async function signal(how: 'pg_cancel_backend' | 'pg_terminate_backend', sql: string) {
  const sent = `select ${how}(pid) from pg_stat_activity where state = 'active' and query = $1`
  await vi.waitFor(async () => expect(await db.query(sent, [sql])).toHaveLength(1), PATIENCE)
}

describe('a connection of the pool', () => {
  it('goes back as it came and serves the next user', async () => {
    db = await postgres()
    const pool = db.pool as pg.Pool
    const before = await backendOf(pool)

    await withIdentity(pool, ALICE, async () => {}, { role: db.role })

    expect(await backendOf(pool)).toEqual(before)
    expect(before).toMatchObject({ role: 'postgres', id: '' })
  })

  it('goes back as it came after a statement was cancelled', async () => {
    db = await postgres()
    const pool = db.pool as pg.Pool
    const before = await backendOf(pool)
    const sleep = 'select pg_sleep(60) as cancelled'

    const [ended] = await Promise.allSettled([
      withIdentity(pool, ALICE, (tx) => tx.query(sleep), { role: db.role }),
      signal('pg_cancel_backend', sleep),
    ])

    expect(ended).toMatchObject({ reason: { code: '57014' } })
    expect(await backendOf(pool)).toEqual(before)
  })

  it('is closed when its statement was given up but still runs', async () => {
    db = await postgres({ query_timeout: 300 })
    const pool = db.pool as pg.Pool
    const before = await backendOf(pool)

    const working = withIdentity(pool, ALICE, (tx) => tx.query('select pg_sleep(60)'), {
      role: db.role,
    })

    await expect(working).rejects.toThrow('timeout')
    const after = await backendOf(pool)
    expect(after.pid).not.toBe(before.pid)
    expect(after).toMatchObject({ role: 'postgres', id: '' })
  })

  it('may break under the work without ending the process', async () => {
    db = await postgres()
    const pool = db.pool as pg.Pool
    const sleep = 'select pg_sleep(60) as terminated'

    const [ended] = await Promise.allSettled([
      withIdentity(pool, ALICE, (tx) => tx.query(sleep), { role: db.role }),
      signal('pg_terminate_backend', sleep),
    ])

    expect(ended).toMatchObject({ status: 'rejected' })
    expect(await backendOf(pool)).toMatchObject({ role: 'postgres', id: '' })
  })

  it('is not taken for the pool', async () => {
    db = await postgres()
    const connection = await (db.pool as pg.Pool).connect()

    const working = withIdentity(connection as never, ALICE, async () => {}, { role: db.role })

    await expect(working).rejects.toThrow(TypeError)
    connection.release()
  })
})

describe('a login role that policies bind', () => {
  it('needs no other role, and sees only the rows of the identity', async () => {
    db = await postgres()
    await db.query(`alter role ${db.role} login`)
    await db.query("insert into notes (user_id, body) values ('alice', 'a'), ('bob', 'b')")
    const url = Object.assign(new URL(db.url), { username: db.role }).href
    const pool = new pg.Pool({ connectionString: url, max: 1 })

    const { rows } = await withIdentity(pool, ALICE, (tx) => tx.query('select body from notes'))
    await pool.end()

    expect(rows).toEqual([{ body: 'a' }])
  })
})
