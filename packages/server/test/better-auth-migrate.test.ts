import { getMigrations } from 'better-auth/db/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateBetterAuth } from '../src/better-auth.js'
import type { Database } from '../src/database/database.js'
import { migrate } from '../src/database/migrate.js'
import { build } from './child-process.js'
import { run } from './cli-process.js'
import { emptyPostgres, type TestDatabase } from './databases.js'
import {
  callsTo,
  emptyServer,
  newEmail,
  ownAuth,
  PASSWORD,
  startIssuer,
  withPlugin,
} from './issuer-fixture.js'

let test: TestDatabase
let database: Database
beforeEach(async () => {
  test = await emptyServer()
  database = test.database
})
afterEach(() => test.close())

/** Better Auth's own tables, with a user in them. */
async function withUser(given = {}) {
  const options = ownAuth(database, given)
  await (await getMigrations(options)).runMigrations()
}

/** What the catalogue knows of every table, function and trigger. */
async function catalogue() {
  const [row] = await database.query<{ all: string }>({
    text: `select (
        select string_agg(concat_ws(' ', table_name, column_name, data_type), ',' order by 1)
        from (select * from information_schema.columns where table_schema = 'public'
              order by table_name, column_name) c
      ) || (select count(*) from pg_trigger) || (select count(*) from pg_proc) as all`,
  })
  return row?.all
}

describe('the migration of a Better Auth', () => {
  it('only says what it would do in a dry run', async () => {
    await withUser()
    const before = await catalogue()

    const { statements, applied } = await migrateBetterAuth(withPlugin(database), { dryRun: true })

    expect([applied, await catalogue()]).toEqual([false, before])
    expect(statements.join()).toMatch(/create table countersign_revocations/)
    expect(statements.join()).toMatch(/alter table "user" add column "ver" integer not null/)
    expect(statements.join()).not.toMatch(/\b(drop|truncate|rename)\b/i)
  })

  it('does it once, and then has nothing to do', async () => {
    await withUser()

    const first = await migrateBetterAuth(withPlugin(database))
    const second = await migrateBetterAuth(withPlugin(database))

    expect(first.applied).toBe(true)
    expect(second).toEqual({ statements: [], applied: false })
  })

  it('comes after a migration of Better Auth that has added the column, or before it', async () => {
    const options = withPlugin(database).options
    await (await getMigrations(options)).runMigrations()
    await migrateBetterAuth(withPlugin(database))

    const { toBeAdded, toBeCreated } = await getMigrations(options)

    expect([toBeAdded, toBeCreated]).toEqual([[], []])
    const calls = callsTo(withPlugin(database))
    expect((await calls.refresh(await calls.signUp())).status).toBe(200)
  })

  it('is wanted again when the admin plugin comes', async () => {
    await startIssuer(database, { auth: { plugins: [] } })
    await (await getMigrations(ownAuth(database))).runMigrations()
    const calls = callsTo(withPlugin(database))
    const cookie = await calls.signUp()
    const before = await calls.refresh(cookie)

    const { statements } = await migrateBetterAuth(withPlugin(database))

    expect(before.status).toBe(500)
    expect(statements).toHaveLength(1)
    expect((await calls.refresh(cookie)).status).toBe(200)
  })

  it.each([
    ['another table of the name', 'create table countersign_revocations (id bigint, mine text)'],
    ['another column of the name', `alter table "user" add column "ver" text`],
  ])('refuses a database with %s, and changes nothing', async (_what, sql) => {
    await withUser()
    await database.execute(sql)
    const before = await catalogue()

    await expect(migrateBetterAuth(withPlugin(database))).rejects.toThrow(/nothing was changed/)
    expect(await catalogue()).toBe(before)
  })

  it('refuses the database of a Countersign server, and one without tables', async () => {
    await expect(migrateBetterAuth(withPlugin(database))).rejects.toThrow(/no table "user"/)
    await migrate(database)
    await expect(migrateBetterAuth(withPlugin(database))).rejects.toThrow(/other columns/)
  })

  it('keeps every row, and those who signed up before it get tokens', async () => {
    await withUser()
    const { betterAuth } = await import('better-auth')
    const email = newEmail()
    const cookie = await callsTo(betterAuth(ownAuth(database))).signUp(email)

    await migrateBetterAuth(withPlugin(database))

    const calls = callsTo(withPlugin(database))
    expect((await calls.refresh(cookie)).status).toBe(200)
    expect((await calls.refresh(await calls.signIn(email, PASSWORD))).status).toBe(200)
  })
})

describe('without the migration', () => {
  it('nothing is signed and no feed says that all is well', async () => {
    await (await getMigrations(withPlugin(database).options)).runMigrations()
    const calls = callsTo(withPlugin(database))

    const refreshed = await calls.refresh(await calls.signUp())
    const feed = await calls.get('/revocations', {
      Authorization: `Basic ${btoa('todo-api:the-secret-of-the-api-0123456789abcdef')}`,
    })

    expect([refreshed.status, feed.status]).toEqual([500, 500])
    expect(await refreshed.json()).toMatchObject({ code: 'internal_error' })
  })
})

describe('countersign migrate --better-auth', () => {
  it('prints the SQL with a word about backups, then applies it', { timeout: 60_000 }, async () => {
    await build()
    const { url, drop } = await emptyPostgres()
    try {
      const env = { DATABASE_URL: url }
      const missing = await run(['migrate', '--better-auth'], env)
      const { openPostgres } = await import('../src/database/postgres.js')
      const own = openPostgres({ url })
      await (await getMigrations(ownAuth(own))).runMigrations()
      await own.close()
      const dry = await run(['migrate', '--better-auth', '--dry-run'], env)
      const applied = await run(['migrate', '--better-auth'], env)
      const again = await run(['migrate', '--better-auth', '--json'], env)
      const alone = await run(['migrate', '--dry-run'], env)

      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no table "user"') })
      expect(dry.stdout).toMatch(/^-- Nothing was changed\. Make a backup first/)
      expect(dry.stdout).toContain('create table countersign_signing_keys')
      expect([applied.code, applied.stdout.split('\n')[0]]).toEqual([0, '-- Applied.'])
      expect(JSON.parse(again.stdout)).toEqual({ statements: [], applied: false })
      expect(alone.code).toBe(1)
    } finally {
      await drop()
    }
  })
})
