import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database of its own on the server that `npm test` started. */
export interface TestDatabase {
  readonly url: string
  /** With the rights of the owner of everything. */
  query(sql: string): Promise<unknown[]>
  drop(): Promise<void>
}

export async function createDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) throw new Error('TEST_DATABASE_URL is not set; run the tests through `npm test`')
  const name = `countersign_contract_${randomBytes(6).toString('hex')}`
  await run(server, `create database ${name}`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  return {
    url,
    query: (sql) => run(url, sql),
    drop: async () => void (await run(server, `drop database ${name} with (force)`)),
  }
}

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
