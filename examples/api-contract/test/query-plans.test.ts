import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostgres } from '../../../packages/server/src/database/postgres.js'
import { administer, emptyPostgres } from '../../../packages/server/test/databases.js'
import { wholeTables } from '../../../packages/server/test/query-plans.js'
import { ensureFastapi } from '../../../scripts/lib/fastapi.mjs'
import { runOrFail } from '../../../scripts/lib/run.mjs'
import * as apiHono from '../../api-hono/src/database.js'
import { API_ROLE, migrate } from '../../api-hono/src/migrate.js'
import { TASK_SQL } from '../../api-hono/src/task-sql.js'
import { START_TIMEOUT_MS } from './apis.js'

const ROWS = 100_000
const USER = 'user-7'
/** As requests run, policies included. */
const AS_USER = `set local role ${API_ROLE}; set local countersign.user_id = '${USER}'`
const ID = randomUUID()
const FILL = `
  insert into tasks (user_id, title, created_at)
  select 'user-' || n % 1000, 'Task ' || n, now() - n * interval '1 second'
  from generate_series(1, ${ROWS}) n;
  analyze`

/** The values of a request, under the names that the Python statements have for them. */
const VALUES: Record<string, unknown> = {
  ...{ user_id: USER, id: ID, title: 'x', done: true },
  ...{ after_ms: Date.now(), after_id: ID, limit: 51 },
}

let created: Awaited<ReturnType<typeof emptyPostgres>>
let database: ReturnType<typeof openPostgres>
beforeAll(async () => {
  created = await emptyPostgres()
  const tasks = apiHono.openPostgres(created.url)
  await migrate(tasks)
  await tasks.close()
  await administer(created.url, FILL)
  database = openPostgres({ url: created.url })
}, START_TIMEOUT_MS)
afterAll(async () => {
  await database?.close()
  await created?.drop()
})

const VALUES_OF_HONO: Record<keyof typeof TASK_SQL, readonly unknown[]> = {
  list: [USER, Date.now(), ID, 51],
  count: [USER],
  create: [USER, 'x'],
  find: [USER, ID],
  change: [USER, ID, 'x', true],
  remove: [USER, ID],
}

it.each(Object.entries(VALUES_OF_HONO))(
  'api-hono: %s reads no whole table',
  async (name, values) => {
    const text = TASK_SQL[name as keyof typeof TASK_SQL]

    expect(await wholeTables(database, { text, values }, AS_USER)).toEqual([])
  },
)

it('api-hono: the first page, which has no cursor, reads no whole table', async () => {
  const values = [USER, null, null, 51]

  expect(await wholeTables(database, { text: TASK_SQL.list, values }, AS_USER)).toEqual([])
})

it(
  'api-fastapi: no statement reads a whole table',
  async () => {
    const statements = Object.entries(await statementsOfFastapi())

    expect(statements.map(([name]) => name)).toEqual(Object.keys(TASK_SQL))
    for (const [name, sql] of statements) {
      const asked = numbered(sql)
      expect({ [name]: await wholeTables(database, asked, AS_USER) }).toEqual({ [name]: [] })
    }
  },
  START_TIMEOUT_MS,
)

it('would notice a statement without an index, policies or not', async () => {
  const text = 'select id from tasks where title = $1'

  const found = await wholeTables(database, { text, values: ['x'] })

  expect(found).toEqual(['Seq Scan on tasks'])
})

async function statementsOfFastapi(): Promise<Record<string, string>> {
  const { python, env } = await ensureFastapi(() => {})
  const print = `import dataclasses, json, tasks_api.task_sql as module
print(json.dumps(dataclasses.asdict(module.TASK_SQL)))`
  const options = { env: { ...process.env, ...env } }
  const { output } = await runOrFail('python', python, ['-c', print], options)
  return JSON.parse(output)
}

/** `%(name)s` as `$1`, as psycopg sends it. */
function numbered(sql: string): { text: string; values: unknown[] } {
  const names: string[] = []
  const text = sql.replace(/%\((\w+)\)s/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text, values: names.map((name) => VALUES[name]) }
}
