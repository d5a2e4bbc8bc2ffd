import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Task } from '../src/task.js'
import { START_TIMEOUT_MS, startApi, type TestApi } from './api.js'

const TASKS = '/api/v1/tasks'
const NO_TASK = `${TASKS}/00000000-0000-4000-8000-000000000000`

let api: TestApi
beforeAll(async () => {
  api = await startApi()
}, START_TIMEOUT_MS)
afterAll(() => api.close())

async function addTask(userId: string, title: string): Promise<Task> {
  const response = await api.as(userId, 'POST', TASKS, { title })
  expect(response.status).toBe(201)
  return (await response.json()) as Task
}

async function listTasks(userId: string, query = '') {
  const response = await api.as(userId, 'GET', TASKS + query)
  expect(response.status).toBe(200)
  return (await response.json()) as {
    tasks: Task[]
    nextCursor: string | null
    counts: { open: number; done: number; total: number }
  }
}

async function codeOf(response: Response): Promise<[number, unknown]> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  return [response.status, ((await response.json()) as { code: unknown }).code]
}

describe('the tasks of a user', () => {
  it('adds a task with a trimmed title and says where it is', async () => {
    const response = await api.as('adder', 'POST', TASKS, { title: '  buy milk ' })

    const task = (await response.json()) as Task
    expect(task).toMatchObject({ title: 'buy milk', done: false })
    expect(response.headers.get('Location')).toBe(`${TASKS}/${task.id}`)
    expect((await api.as('adder', 'GET', `${TASKS}/${task.id}`)).status).toBe(200)
  })

  it('keeps every character of a title', async () => {
    const title = `"'; drop table tasks; -- ${'\u{1f9e6}'} <b>žluťoučký</b> \\ %00`

    const task = await addTask('writer', title)

    expect(task.title).toBe(title)
  })

  it('changes only what the body names', async () => {
    const { id } = await addTask('changer', 'first')

    const done = await api.as('changer', 'PATCH', `${TASKS}/${id}`, { done: true })
    const renamed = await api.as('changer', 'PATCH', `${TASKS}/${id}`, { title: 'second' })

    expect(await done.json()).toMatchObject({ title: 'first', done: true })
    expect(await renamed.json()).toMatchObject({ title: 'second', done: true })
  })

  it('deletes a task once', async () => {
    const { id } = await addTask('deleter', 'gone soon')

    expect((await api.as('deleter', 'DELETE', `${TASKS}/${id}`)).status).toBe(204)
    const again = await api.as('deleter', 'DELETE', `${TASKS}/${id}`)

    expect(await codeOf(again)).toEqual([404, 'not_found'])
  })

  it('lists newest first with counts over all of them', async () => {
    for (const title of ['one', 'two', 'three']) await addTask('lister', title)
    const { tasks } = await listTasks('lister')
    await api.as('lister', 'PATCH', `${TASKS}/${tasks[0]?.id}`, { done: true })

    const page = await listTasks('lister')

    expect(page.tasks.map((task) => task.title)).toEqual(['three', 'two', 'one'])
    expect(page).toMatchObject({ nextCursor: null, counts: { open: 2, done: 1, total: 3 } })
  })

  it('pages through all tasks without a gap or a repetition, also of one instant', async () => {
    for (let n = 0; n < 7; n++) await addTask('pager', `task ${n}`)
    await api.database.query(
      "update tasks set created_at = '2026-01-01' where user_id = 'pager' and title < 'task 5'",
    )

    const seen: string[] = []
    let query = '?limit=3'
    for (let page = 0; page < 3; page++) {
      const { tasks, nextCursor } = await listTasks('pager', query)
      seen.push(...tasks.map((task) => task.title))
      query = `?limit=3&cursor=${nextCursor}`
      if (page === 2) expect(nextCursor).toBeNull()
    }

    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
  })

  it.each(['limit=0', 'limit=101', 'limit=ten', 'limit=', 'cursor=x', 'cursor=1_2', 'colour=red'])(
    'refuses the query %s',
    async (query) => {
      const response = await api.as('pager', 'GET', `${TASKS}?${query}`)

      expect(await codeOf(response)).toEqual([400, 'invalid_request'])
    },
  )
})

describe('the body of a task', () => {
  it('accepts a title of 200 characters', async () => {
    expect((await addTask('long', 'x'.repeat(200))).title).toHaveLength(200)
  })

  it('counts characters, not halves of them', async () => {
    const title = '\u{1f9e6}'.repeat(200)

    expect((await addTask('long', title)).title).toBe(title)
  })

  it.each([
    ['half of a character', { title: '\ud83e' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['an empty title', { title: '' }],
    ['a title of blanks', { title: ' \t\n ' }],
    ['a title with NUL', { title: 'a\0b' }],
    ['a title that is no text', { title: 7 }],
    ['no title', {}],
    ['an unknown field', { title: 'x', colour: 'red' }],
    ['the owner', { title: 'x', userId: 'someone' }],
    ['an id', { title: 'x', id: '00000000-0000-4000-8000-000000000000' }],
    ['an array', [{ title: 'x' }]],
    ['null', null],
  ])('refuses %s', async (_, body) => {
    const response = await api.as('writer', 'POST', TASKS, body)

    expect(await codeOf(response)).toEqual([400, 'invalid_request'])
  })

  it.each([
    ['nothing', {}],
    ['a title of blanks', { title: '  ' }],
    ['done as text', { done: 'yes' }],
    ['another owner', { done: true, user_id: 'someone' }],
  ])('refuses a change of %s', async (_, body) => {
    const { id } = await addTask('writer', 'stays')

    const response = await api.as('writer', 'PATCH', `${TASKS}/${id}`, body)

    expect(await codeOf(response)).toEqual([400, 'invalid_request'])
    const after = await api.as('writer', 'GET', `${TASKS}/${id}`)
    expect(await after.json()).toMatchObject({ title: 'stays', done: false })
  })

  it.each(['', '{', '{"title":"x"', 'title=x', '\u0000', '"'])(
    'refuses the malformed JSON %j',
    async (body) => {
      const response = await post(body, 'application/json')

      expect(await codeOf(response)).toEqual([400, 'invalid_request'])
    },
  )

  it('refuses bytes that are not UTF-8', async () => {
    const response = await post(new Uint8Array([0x22, 0xff, 0x22]), 'application/json')

    expect(await codeOf(response)).toEqual([400, 'invalid_request'])
  })

  it('accepts JSON with a charset', async () => {
    const response = await post('{"title":"x"}', 'application/json; charset=utf-8')

    expect(response.status).toBe(201)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'refuses the media type %j',
    async (mediaType) => {
      const response = await post('{"title":"x"}', mediaType)

      expect(await codeOf(response)).toEqual([415, 'unsupported_media_type'])
    },
  )

  it('refuses a body over 64 KB', async () => {
    const response = await post(JSON.stringify({ title: 'x'.repeat(65_536) }), 'application/json')

    expect(await codeOf(response)).toEqual([413, 'payload_too_large'])
  })

  it('refuses a body over 64 KB that does not announce its length', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(8_192)),
    })

    const response = await post(body, 'application/json')

    expect(await codeOf(response)).toEqual([413, 'payload_too_large'])
  })

  function post(body: BodyInit, mediaType: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${api.tokenFor('poster')}`, 'Content-Type': mediaType }
    return api.request(TASKS, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  }
})

describe('the tasks of another user', () => {
  it('are not in the list', async () => {
    await addTask('alice', 'secret of alice')
    await addTask('bob', 'of bob')

    const { tasks, counts } = await listTasks('bob')

    expect(tasks.map((task) => task.title)).toEqual(['of bob'])
    expect(counts.total).toBe(1)
  })

  it.each([
    ['GET', undefined],
    ['PATCH', { done: true }],
    ['PATCH', { title: 'taken over' }],
    ['DELETE', undefined],
  ])('answer 404 to %s %j and stay as they are', async (method, body) => {
    const { id } = await addTask('alice', 'secret of alice')

    const response = await api.as('bob', method, `${TASKS}/${id}`, body)

    expect(await codeOf(response)).toEqual([404, 'not_found'])
    const after = await api.as('alice', 'GET', `${TASKS}/${id}`)
    expect(await after.json()).toMatchObject({ id, title: 'secret of alice', done: false })
  })

  it('look the same as tasks that do not exist', async () => {
    const { id } = await addTask('alice', 'secret of alice')

    const foreign = await api.as('bob', 'GET', `${TASKS}/${id}`)
    const missing = await api.as('bob', 'GET', NO_TASK)

    expect(await foreign.text()).toBe(await missing.text())
  })

  it('are not reached through a cursor', async () => {
    const { id, createdAt } = await addTask('alice', 'secret of alice')
    const cursor = `${new Date(createdAt).getTime() + 1}_${id}`

    const { tasks } = await listTasks('carol', `?cursor=${cursor}`)

    expect(tasks).toEqual([])
  })
})

describe('a malformed id', () => {
  it.each(['1', 'x', '%00', '00000000-0000-4000-8000-00000000000', "1'%20or%201=1", '%E0%A4%A'])(
    'answers 404 to %s',
    async (id) => {
      for (const [method, body] of [['GET'], ['PATCH', { done: true }], ['DELETE']] as const) {
        const response = await api.as('alice', method, `${TASKS}/${id}`, body)
        expect(await codeOf(response)).toEqual([404, 'not_found'])
      }
    },
  )
})

it('answers 405 with the methods there are', async () => {
  const list = await api.as('alice', 'PUT', TASKS, {})
  const one = await api.as('alice', 'PUT', NO_TASK, {})

  expect(await codeOf(list)).toEqual([405, 'method_not_allowed'])
  expect(list.headers.get('Allow')).toBe('GET, POST')
  expect(one.headers.get('Allow')).toBe('GET, PATCH, DELETE')
})

it('met no bug in any of the tests above', () => {
  expect(api.errors).toEqual([])
})
