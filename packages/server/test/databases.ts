import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import type { Database, Statement } from '../src/database/database.js'
import { openEmbedded } from '../src/database/embedded.js'
import { migrate, readMigrations } from '../src/database/migrate.js'
import { openPostgres } from '../src/database/postgres.js'

export interface TestDatabase {
  readonly database: Database
  readonly close: () => Promise<void>
}

const CACHE = new URL('../../../.cache/', import.meta.url)

/** Every suite that touches the database runs on all of these. */
export const DATABASES: ReadonlyArray<readonly [string, () => Promise<TestDatabase>]> = [
  ['PGlite', embedded],
  ['PostgreSQL', postgres],
]

/** A migrated database in memory, from a template that is prepared once. */
export async function embedded(): Promise<TestDatabase> {
  const database = await openEmbedded({ template: await template() })
  return { database, close: () => database.close() }
}

/** A migrated database of its own on the server that `npm test` started. */
export async function postgres(): Promise<TestDatabase> {
  const { url, drop } = await emptyPostgres()
  const database = openPostgres({ url, maxConnections: 20 })
  await migrate(database)
  const close = async () => {
    await database.close()
    await drop()
  }
  return { database, close }
}

/** An empty database on that server. */
export async function emptyPostgres(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) throw new Error('TEST_DATABASE_URL is not set; run the tests through `npm test`')
  const name = `countersign_test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const drop = () => administer(server, `drop database ${name} with (force)`)
  return { url: url.href, drop }
}

/** Runs statements on a connection of its own, without a deadline. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** Creating a data directory takes seconds; loading a prepared one half a second. */
export async function template(): Promise<Blob> {
  const migrations = await readMigrations()
  const checksums = migrations.map(({ checksum }) => checksum).join()
  const key = createHash('sha256').update(checksums).digest('hex').slice(0, 12)
  const file = new URL(`migrated-${migrations.length}-${key}.tar`, CACHE)
  const cached = await readFile(file).catch(() => undefined)
  if (cached) return new Blob([new Uint8Array(cached)])
  const lite = await PGlite.create()
  await migrate(asDatabase(lite))
  const dump = await lite.dumpDataDir('none')
  await lite.close()
  await mkdir(CACHE, { recursive: true })
  const partial = new URL(`${file.href}.${process.pid}`)
  await writeFile(partial, new Uint8Array(await dump.arrayBuffer()))
  await rename(partial, file)
  return dump
}

/** As much of a database as migrating takes. */
function asDatabase(lite: PGlite): Pick<Database, 'transaction'> {
  return {
    transaction: (work) =>
      work({
        query: async <Row>({ text, values }: Statement) =>
          (await lite.query<Row>(text, [...(values ?? [])])).rows,
        execute: async (sql) => void (await lite.exec(sql)),
      }),
  }
}
