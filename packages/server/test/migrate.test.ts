import { getMigrations } from 'better-auth/db/migration'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { type Migration, migrate, readMigrations } from '../src/database/migrate.js'
import { openPostgres } from '../src/database/postgres.js'
import { countersignPlugin } from '../src/identity/plugin.js'
import { DATABASES, emptyPostgres, type TestDatabase } from './databases.js'

const FORGET_EVERYTHING = 'drop schema public cascade; create schema public'

/** What Better Auth itself would change in the schema to work with it. */
function planOfBetterAuth(database: Database) {
  return getMigrations({
    database: {
      db: new Kysely({ dialect: new PostgresDialect({ pool: database.pool }) }),
      type: 'postgres',
    },
    emailAndPassword: { enabled: true },
    plugins: [
      countersignPlugin({
        onSessionDeleted: async () => {},
        onUserDeleted: async () => {},
        onUserUpdated: () => {},
      }),
    ],
  })
}

/** The database as an earlier release left it. */
async function applyByHand(database: Database, files: readonly Migration[]): Promise<void> {
  await database.execute(`create table countersign_migrations (
    version integer primary key, name text not null, checksum text not null,
    applied_at timestamptz not null default clock_timestamp())`)
  for (const { version, name, sql, checksum } of files) {
    await database.execute(sql)
    await database.query({
      text: 'insert into countersign_migrations (version, name, checksum) values ($1, $2, $3)',
      values: [version, name, checksum],
    })
  }
}

async function tables(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
           where table_schema = 'public' order by 1`,
  })
  return rows.map(({ name }) => name)
}

async function recorded(database: Database): Promise<{ version: number; name: string }[]> {
  return database.query({ text: 'select version, name from countersign_migrations order by 1' })
}

describe.each(DATABASES)('migrate on %s', (_, open) => {
  let opened: TestDatabase
  let database: Database

  beforeAll(async () => {
    opened = await open()
    database = opened.database
  })
  beforeEach(() => database.execute(FORGET_EVERYTHING))
  afterAll(() => opened?.close())

  it('applies every file in order, and records it', async () => {
    const migrations = await readMigrations()
    const names = migrations.map(({ name }) => name)

    expect(await migrate(database)).toEqual({
      applied: names,
      version: migrations.at(-1)?.version,
    })
    expect((await recorded(database)).map(({ name }) => name)).toEqual(names)
  })

  it('does nothing the second time', async () => {
    const { version } = await migrate(database)

    expect(await migrate(database)).toEqual({ applied: [], version })
  })

  it('applies only what is pending', async () => {
    const files = await readMigrations()
    const last = files.at(-1)
    await applyByHand(database, files.slice(0, -1))

    expect((await migrate(database)).applied).toEqual([last?.name])
  })

  it('applies a file that was merged after one with a greater number', async () => {
    const files = await readMigrations()
    const late = files.filter(({ version }) => version === 5)
    await applyByHand(
      database,
      files.filter((file) => !late.includes(file)),
    )

    expect((await migrate(database)).applied).toEqual(late.map(({ name }) => name))
  })

  it('applies nothing of a release whose last file fails', async () => {
    await database.execute('create table countersign_signing_keys (id integer)')

    await expect(migrate(database)).rejects.toMatchObject({ code: '42P07' })

    expect(await tables(database)).toEqual(['countersign_signing_keys'])
  })

  it('applies every file once for callers at the same time', async () => {
    const reports = await Promise.all([1, 2, 3, 4].map(() => migrate(database)))

    expect(reports.filter(({ applied }) => applied.length > 0)).toHaveLength(1)
  })

  it('refuses a file that was changed after it was applied', async () => {
    await migrate(database)
    await database.execute(`update countersign_migrations set checksum = 'other' where version = 1`)

    await expect(migrate(database)).rejects.toThrow(/0001_create_identity\.sql was changed/)
  })

  it('refuses the database of a newer release', async () => {
    const { version } = await migrate(database)
    await database.execute(`insert into countersign_migrations (version, name, checksum)
      values (${version + 1}, 'of_tomorrow.sql', 'unknown')`)

    await expect(migrate(database)).rejects.toThrow(/newer release/)
  })

  it('leaves nothing for Better Auth to add', async () => {
    await migrate(database)

    const plan = await planOfBetterAuth(database)

    expect(plan).toMatchObject({
      toBeCreated: [],
      toBeAdded: [],
      toBeAddedIndexes: [],
      unsafeChanges: [],
      schemaProblems: [],
    })
  })

  it('would have Better Auth add what is missing', async () => {
    await migrate(database)
    await database.execute('alter table "user" drop column "ver" cascade')

    const plan = await planOfBetterAuth(database)

    expect(plan.toBeAdded).toMatchObject([{ table: 'user', fields: { ver: {} } }])
  })
})

describe('migrate by several processes that start together', () => {
  it('applies every file once', async () => {
    const { url, drop } = await emptyPostgres()
    const processes = Array.from({ length: 8 }, () => openPostgres({ url, maxConnections: 1 }))

    const reports = await Promise.all(processes.map(migrate))

    const [first] = processes
    const rows = first ? await recorded(first) : []
    await Promise.all(processes.map((database) => database.close()))
    await drop()
    expect(reports.filter(({ applied }) => applied.length > 0)).toHaveLength(1)
    expect(rows).toHaveLength((await readMigrations()).length)
  })
})

describe('readMigrations', () => {
  it('gives every file a number of its own, in order', async () => {
    const versions = (await readMigrations()).map(({ version }) => version)

    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other))
    expect(versions[0]).toBe(1)
  })
})
