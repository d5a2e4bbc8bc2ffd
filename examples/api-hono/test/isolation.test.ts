import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbedded } from '../src/database.js'
import { API_ROLE, migrate } from '../src/migrate.js'
import { TASK_SQL, type TaskSql } from '../src/task-sql.js'
import { createTaskStore } from '../src/task-store.js'
import { START_TIMEOUT_MS, startApi, type TestApi } from './api.js'

const TASKS = '/api/v1/tasks'
const SCOPE = /\buser_id = \$1\b/

/** The statements as somebody writes them who forgot the user. */
const UNSCOPED = Object.fromEntries(
  Object.entries(TASK_SQL).map(([name, sql]) => [name, sql.replace(SCOPE, '$1::text is not null')]),
) as TaskSql

let api: TestApi
beforeAll(async () => {
  api = await startApi({ sql: UNSCOPED as typeof TASK_SQL })
}, START_TIMEOUT_MS)
afterAll(() => api.close())

it('names the user in every statement', () => {
  const { create, ...others } = TASK_SQL

  expect(create).toContain('insert into tasks (user_id')
  for (const sql of Object.values(others)) expect(sql).toMatch(SCOPE)
})

describe('statements that forgot the user', () => {
  it('still reach no task of another user', async () => {
    const created = await api.as('alice', 'POST', TASKS, { title: 'of alice' })
    const { id } = (await created.json()) as { id: string }

    const list = await api.as('bob', 'GET', TASKS)
    expect(await list.json()).toMatchObject({ tasks: [], counts: { total: 0 } })
    for (const [method, body] of [['GET'], ['PATCH', { done: true }], ['DELETE']] as const) {
      expect((await api.as('bob', method, `${TASKS}/${id}`, body)).status).toBe(404)
    }

    const mine = await api.as('alice', 'GET', `${TASKS}/${id}`)
    expect(await mine.json()).toMatchObject({ title: 'of alice', done: false })
  })
})

describe('start-up', () => {
  it('needs no superuser: a login that may create roles, as hosted ones are, is enough', async () => {
    const hosted = await openEmbedded()
    await hosted.query('create role hosted createrole bypassrls')
    await hosted.query('grant create on schema public to hosted')
    await hosted.query('set session authorization hosted')

    await migrate(hosted)

    const tasks = createTaskStore(hosted)
    const alice = { userId: 'alice', role: 'user', sessionId: 's' }
    const { id } = await tasks.create(alice, 'of alice')
    expect(await tasks.find(alice, id)).toMatchObject({ title: 'of alice' })
    expect(await tasks.find({ ...alice, userId: 'bob' }, id)).toBeUndefined()
    await hosted.close()
  })

  it('may be repeated', async () => {
    await expect(migrate(api.database)).resolves.toBeUndefined()
  })

  it('fails when the role of the requests would be bound by no policy', async () => {
    await api.database.query(`alter role ${API_ROLE} bypassrls`)

    const starting = migrate({ ...api.database, pool: { ...api.database.pool } })

    await expect(starting).rejects.toThrow('BYPASSRLS')
    await api.database.query(`alter role ${API_ROLE} nobypassrls`)
  })
})
