import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgres, type TestDatabase } from './databases.js'
import {
  exportedStatements,
  fill,
  useAdministration,
  useBetterAuth,
  useServer,
} from './every-statement.js'
import { type Asked, recorded, wholeTables } from './query-plans.js'

const ROWS = 100_000

/** Statements that may read a whole table, by a part of their text, and why. */
const MAY_READ_ALL: readonly (readonly [part: string, reason: string])[] = [
  ['from countersign_migrations', 'one row for each migration'],
  ['from countersign_signing_keys', 'a handful of keys'],
  ['from countersign_clients\n', 'a handful of clients'],
  ['select id, secret_hash, scopes from countersign_clients', 'a handful of clients'],
  ['delete from countersign_clients\n', 'an operator removes a client and ends its sessions, once'],
  ['"pg_catalog"."pg_class"', 'Better Auth looks at the schema, once for each process'],
  ['delete from "session" where "expiresAt"', 'purges in the background, by no index'],
]

let opened: TestDatabase
let all: readonly Asked[]
beforeAll(async () => {
  opened = await postgres()
  const database = recorded(opened.database)
  await fill(opened.database, ROWS)
  await useServer(database)
  await useAdministration(database)
  await useBetterAuth(database)
  const exported = (await exportedStatements()).filter((text) => !database.asked.has(text))
  all = [...database.asked.values(), ...exported.map((text) => ({ text }))]
}, 180_000)
afterAll(() => opened?.close())

const isException = ({ text }: Asked) => MAY_READ_ALL.some(([part]) => text.includes(part))

/** The beginning of each statement that reads a whole table, and how. */
async function offences(statements: readonly Asked[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const asked of statements) {
    const tables = await wholeTables(opened.database, asked)
    if (tables.length > 0) found[asked.text.trim()] = tables
  }
  return found
}

it('reads no whole table for any statement of the server or of Better Auth', async () => {
  expect(all.length).toBeGreaterThan(50)

  expect(await offences(all.filter((asked) => !isException(asked)))).toEqual({})
}, 60_000)

it('makes no exception that is not needed', async () => {
  const excepted = await offences(all.filter(isException))

  const unneeded = MAY_READ_ALL.filter(
    ([part]) => !Object.keys(excepted).some((text) => text.includes(part)),
  )
  expect(unneeded).toEqual([])
}, 60_000)

it('would notice a statement that reads a whole table, or an index from end to end', async () => {
  const statements = [
    { text: 'select id from "user" where image = $1', values: ['x'] },
    { text: 'select count(*) from "user" where id > $1 or image = $2', values: ['u', 'x'] },
    { text: 'select id, name from "user" order by id' },
  ]

  expect(Object.keys(await offences(statements))).toHaveLength(3)
  expect(await offences([{ text: 'select id from "user" order by id limit 10' }])).toEqual({})
})
