import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { administer } from '../../../packages/server/test/databases.js'
import { type Api, KINDS, START_TIMEOUT_MS, startApi } from './apis.js'
import { type Issuer, REVOKED_SESSION, startIssuer } from './issuer.js'
import { type OpenApi, type Route, routesOf } from './openapi-document.js'

const SECRET = 'what only its owner may read'
const TASKS = '/api/v1/tasks'
const PATIENCE = { timeout: 30_000, interval: 250 }

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

/** Somebody who asks, and the code of the refusal that every route has for them. */
interface Caller {
  readonly name: string
  readonly token: (owner: string) => string | undefined
  readonly refused?: string
}

const CALLERS: readonly Caller[] = [
  { name: 'another user', token: () => issuer.token(randomUUID()) },
  { name: 'another role', token: () => issuer.token(randomUUID(), { role: 'admin' }) },
  { name: 'no token', token: () => undefined, refused: 'missing_token' },
  {
    name: 'an expired token of the owner',
    token: (owner) => issuer.token(owner, { iat: 1_000_000_000, exp: 1_000_000_900 }),
    refused: 'token_expired',
  },
  {
    name: 'a revoked token of the owner',
    token: (owner) => issuer.token(owner, { sid: REVOKED_SESSION }),
    refused: 'invalid_token',
  },
  { name: 'a forged token', token: (owner) => issuer.forged(owner), refused: 'invalid_token' },
]

describe.each(KINDS)('$name', (kind) => {
  let api: Api
  let routes: Route[]
  beforeAll(async () => {
    api = await startApi(kind, issuer)
    routes = routesOf((await (await api.ask('GET', '/openapi.json')).json()) as OpenApi)
    // The feed is live once it refuses what it announced.
    const revoked = issuer.token('somebody', { sid: REVOKED_SESSION })
    await vi.waitFor(async () => {
      expect((await api.ask('GET', '/api/v1/auth/me', { token: revoked })).status).toBe(401)
    }, PATIENCE)
  }, START_TIMEOUT_MS)
  afterAll(() => api?.stop())

  const ask = ({ method, path, body }: Route, token: string | undefined, id: string) =>
    api.ask(method, path.replace('{id}', id), { token, json: body })

  async function addTask(owner: string): Promise<string> {
    const token = issuer.token(owner)
    const added = await api.ask('POST', TASKS, { token, json: { title: SECRET } })
    expect(added.status).toBe(201)
    return ((await added.json()) as { id: string }).id
  }

  const taskOf = async (owner: string, id: string) =>
    (await api.ask('GET', `${TASKS}/${id}`, { token: issuer.token(owner) })).json()

  it('has the routes of tasks and of the identity', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`)

    expect(names.sort()).toEqual([
      'DELETE /api/v1/tasks/{id}',
      'GET /api/v1/auth/me',
      'GET /api/v1/tasks',
      'GET /api/v1/tasks/{id}',
      'PATCH /api/v1/tasks/{id}',
      'POST /api/v1/tasks',
    ])
  })

  it('serves the owner on every route, as its document says', async () => {
    for (const route of routes) {
      const owner = randomUUID()
      const answer = await ask(route, issuer.token(owner), await addTask(owner))

      expect([200, 201, 204], `${route.method} ${route.path}`).toContain(answer.status)
      expect(route.statuses).toContain(answer.status)
    }
  })

  it.each(CALLERS)('shows and gives nothing of the owner to $name', async (caller) => {
    for (const route of routes) {
      const owner = randomUUID()
      const id = await addTask(owner)
      const before = await taskOf(owner, id)

      const answer = await ask(route, caller.token(owner), id)
      const text = await answer.text()

      const where = `${route.method} ${route.path}`
      expect(route.statuses, where).toContain(answer.status)
      expect(text, where).not.toContain(SECRET)
      expect(text, where).not.toContain(id)
      if (caller.refused) expectRefusal(answer, text, caller.refused)
      else if (route.ofRow)
        expect([answer.status, JSON.parse(text).code]).toEqual([404, 'not_found'])
      else expect(answer.ok, where).toBe(true)
      expect(await taskOf(owner, id), where).toEqual(before)
    }
  })

  it('answers for a row of another user what it answers for none', async () => {
    for (const route of routes.filter(({ ofRow }) => ofRow)) {
      const token = issuer.token(randomUUID())
      const foreign = await ask(route, token, await addTask(randomUUID()))
      const missing = await ask(route, token, randomUUID())

      expect(await foreign.text()).toBe(await missing.text())
      expect(foreign.status).toBe(missing.status)
    }
  })

  it('counts and lists the tasks of the caller alone', async () => {
    const [owner, other] = [randomUUID(), randomUUID()]
    const [first, second] = [await addTask(owner), await addTask(owner)]
    await addTask(other)

    const list = await api.ask('GET', TASKS, { token: issuer.token(owner) })
    const page = (await list.json()) as { tasks: { id: string }[]; counts: { total: number } }

    expect(page.tasks.map(({ id }) => id)).toEqual([second, first])
    expect(page.counts.total).toBe(2)
  })

  const withoutPolicies = async <T>(work: () => Promise<T>): Promise<T> => {
    await administer(api.databaseUrl, 'alter table tasks disable row level security')
    try {
      return await work()
    } finally {
      await administer(api.databaseUrl, 'alter table tasks enable row level security')
    }
  }

  const listOfStranger = async () =>
    (await api.ask('GET', TASKS, { token: issuer.token(randomUUID()) })).text()

  if (kind.unscoped) {
    it('would show everything if it were not for its policies', async () => {
      const id = await addTask(randomUUID())

      expect(await withoutPolicies(listOfStranger)).toContain(id)
    })
  } else {
    it('keeps users apart by its statements alone', async () => {
      const id = await addTask(randomUUID())
      const token = issuer.token(randomUUID())
      const rows = routes.filter(({ ofRow }) => ofRow)
      const askAll = () => Promise.all(rows.map((route) => ask(route, token, id)))

      expect(await withoutPolicies(listOfStranger)).not.toContain(SECRET)
      const answers = await withoutPolicies(askAll)
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    })
  }
})

function expectRefusal(answer: Response, text: string, code: string): void {
  expect(answer.status).toBe(401)
  expect(JSON.parse(text)).toMatchObject({ code })
  const challenge = code === 'missing_token' ? 'Bearer' : 'Bearer error="invalid_token"'
  expect(answer.headers.get('WWW-Authenticate')).toBe(challenge)
}
