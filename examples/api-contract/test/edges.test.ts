import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, KINDS, REQUESTS_PER_MINUTE, START_TIMEOUT_MS, startApi, WEB } from './apis.js'
import { type Issuer, startIssuer } from './issuer.js'
import { contractOf, type OpenApi } from './openapi-document.js'

const TASKS = '/api/v1/tasks'
const ME = '/api/v1/auth/me'
const NO_TASK = `${TASKS}/00000000-0000-4000-8000-000000000000`
const JSON_TYPE = { 'Content-Type': 'application/json' }

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

const documents = new Map<string, OpenApi>()
const KINDS_AS_THEY_ARE = KINDS.filter(({ unscoped }) => !unscoped)

describe.each(KINDS_AS_THEY_ARE)('$name', (kind) => {
  let api: Api
  beforeAll(async () => {
    api = await startApi(kind, issuer)
    documents.set(kind.name, (await (await api.ask('GET', '/openapi.json')).json()) as OpenApi)
  }, START_TIMEOUT_MS)
  afterAll(() => api?.stop())

  const asSomebody = () => ({ token: issuer.token(randomUUID()) })

  async function expectProblem(answer: Response, status: number, code: string): Promise<void> {
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect([answer.status, await answer.json()]).toMatchObject([
      status,
      { code, status, type: `urn:countersign:error:${code}` },
    ])
  }

  describe('pages of other origins', () => {
    const preflight = (origin: string) =>
      api.ask('OPTIONS', TASKS, {
        headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH' },
      })

    it('may ask from exactly the allowed one, without credentials', async () => {
      const { ok, headers } = await preflight(WEB)

      expect(ok).toBe(true)
      expect(headers.get('Access-Control-Allow-Origin')).toBe(WEB)
      expect(headers.get('Access-Control-Allow-Methods')).toContain('PATCH')
      expect(headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
    })

    it.each([`${WEB}.evil.test`, 'http://localhost:3001', 'https://localhost:3000', 'null', '*'])(
      'may not ask from %s',
      async (origin) => {
        const asked = await api.ask('GET', ME, { ...asSomebody(), headers: { Origin: origin } })

        expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull()
        expect(asked.headers.get('Access-Control-Allow-Origin')).toBeNull()
      },
    )

    it('may read the reason of a refusal, and when to come back', async () => {
      const { headers } = await api.ask('GET', TASKS, { headers: { Origin: WEB } })

      expect(headers.get('Access-Control-Allow-Origin')).toBe(WEB)
      const exposed = headers.get('Access-Control-Expose-Headers')?.split(/,\s*/)
      expect(exposed).toEqual(['WWW-Authenticate', 'Retry-After'])
      expect(headers.get('Vary')).toContain('Origin')
    })
  })

  it.each([['/health'], [ME], [TASKS], [NO_TASK], ['/nowhere']])(
    'sends the headers of data that no cache may keep with %s',
    async (path) => {
      const { headers } = await api.ask('GET', path)

      const csp = headers.get('Content-Security-Policy')
      expect(csp).toBe("default-src 'none'; frame-ancestors 'none'")
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('X-Frame-Options')).toBe('DENY')
      expect(headers.get('Referrer-Policy')).toBe('no-referrer')
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Server')).toBeNull()
      expect(headers.get('X-Powered-By')).toBeNull()
    },
  )

  describe('a body', () => {
    it('may have 64 KB, and not a byte more', async () => {
      const blanks = (length: number) => `{"title":"x"${' '.repeat(length - 13)}}`
      const post = (body: string) =>
        api.ask('POST', TASKS, { ...asSomebody(), headers: JSON_TYPE, body })

      expect((await post(blanks(65_536))).status).toBe(201)
      await expectProblem(await post(blanks(65_537)), 413, 'payload_too_large')
    })

    it('of more than 64 KB is refused if it does not announce its length', async () => {
      let sent = 0
      const body = new ReadableStream({
        pull(controller) {
          if (sent++ < 10) controller.enqueue(new Uint8Array(8_192).fill(0x20))
          else controller.close()
        },
      })

      const answer = await api.ask('POST', TASKS, { ...asSomebody(), headers: JSON_TYPE, body })

      await expectProblem(answer, 413, 'payload_too_large')
    })

    it.each(['', '{', '{"title":"x"', '\0', '"', 'null', '[]', '7', '[['.repeat(20_000)])(
      'that is no JSON object is refused: %j',
      async (body) => {
        for (const [method, path] of [
          ['POST', TASKS],
          ['PATCH', NO_TASK],
        ] as const) {
          const answer = await api.ask(method, path, { ...asSomebody(), headers: JSON_TYPE, body })
          await expectProblem(answer, 400, 'invalid_request')
        }
      },
    )

    it('that is not UTF-8 is refused', async () => {
      const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])

      const answer = await api.ask('POST', TASKS, { ...asSomebody(), headers: JSON_TYPE, body })

      await expectProblem(answer, 400, 'invalid_request')
    })

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
      'of the media type %s is refused',
      async (type) => {
        const headers = { 'Content-Type': type }
        const answer = await api.ask('POST', TASKS, {
          ...asSomebody(),
          headers,
          body: '{"title":"x"}',
        })

        await expectProblem(answer, 415, 'unsupported_media_type')
      },
    )

    it.each([
      ['no title', {}],
      ['an empty title', { title: '' }],
      ['a title of blanks', { title: ' \t\n ' }],
      ['a title of 201 characters', { title: 'x'.repeat(201) }],
      ['a title with NUL', { title: 'a\0b' }],
      ['half of a character', { title: '\ud83e' }],
      ['a number for a title', { title: 7 }],
      ['null for a title', { title: null }],
      ['an object for a title', { title: { $ne: '' } }],
      ['an unknown field', { title: 'x', colour: 'red' }],
      ['the owner', { title: 'x', user_id: 'someone' }],
      ['the owner in another spelling', { title: 'x', userId: 'someone' }],
      ['an id', { title: 'x', id: randomUUID() }],
      ['__proto__', JSON.parse('{"title":"x","__proto__":{"a":1}}')],
    ])('with %s makes no task', async (_, json) => {
      await expectProblem(
        await api.ask('POST', TASKS, { ...asSomebody(), json }),
        400,
        'invalid_request',
      )
    })

    it.each([
      ['nothing', {}],
      ['done as text', { done: 'true' }],
      ['done as number', { done: 1 }],
      ['done as null', { done: null }],
      ['another owner', { done: true, user_id: 'someone' }],
      ['a title of blanks', { title: ' ' }],
    ])('with %s changes no task', async (_, json) => {
      await expectProblem(
        await api.ask('PATCH', NO_TASK, { ...asSomebody(), json }),
        400,
        'invalid_request',
      )
    })

    it('keeps every character of a title, without the blanks around it', async () => {
      const title = `"'; drop table tasks; -- ${'\u{1f9e6}'.repeat(150)} <b>žluť</b> \\ %00 %s`

      const added = await api.ask('POST', TASKS, { ...asSomebody(), json: { title: ` ${title} ` } })

      expect(added.status).toBe(201)
      const task = (await added.json()) as Record<string, unknown>
      expect(task).toMatchObject({ title, done: false })
      expect(added.headers.get('Location')).toBe(`${TASKS}/${task.id}`)
      expect(Object.keys(task)).toEqual(['id', 'title', 'done', 'createdAt', 'updatedAt'])
      expect(task.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    })
  })

  it.each(['1', 'x', '%00', "1'%20or%201=1", '%E0%A4%A', '00000000-0000-4000-8000-00000000000'])(
    'knows no task of the id %s',
    async (id) => {
      for (const [method, json] of [['GET'], ['PATCH', { done: true }], ['DELETE']] as const) {
        const answer = await api.ask(method, `${TASKS}/${id}`, { ...asSomebody(), json })
        await expectProblem(answer, 404, 'not_found')
      }
    },
  )

  it.each([
    ...['limit=0', 'limit=101', 'limit=ten', 'limit=', 'limit=1.0', 'limit=%201', 'limit=1_0'],
    ...['cursor=x', 'cursor=1_2', 'cursor=', 'cursor=%00', 'colour=red', 'user_id=someone'],
    `cursor=99999999999999_${randomUUID()}`,
  ])('refuses the query %s', async (query) => {
    const answer = await api.ask('GET', `${TASKS}?${query}`, asSomebody())

    await expectProblem(answer, 400, 'invalid_request')
  })

  it('pages through all tasks without a gap or a repetition', async () => {
    const caller = asSomebody()
    for (let n = 0; n < 5; n++) await api.ask('POST', TASKS, { ...caller, json: { title: `${n}` } })

    const titles: string[] = []
    for (let cursor = ''; ; ) {
      const answer = await api.ask('GET', `${TASKS}?limit=2${cursor}`, caller)
      const page = (await answer.json()) as {
        tasks: { title: string }[]
        nextCursor: string | null
      }
      titles.push(...page.tasks.map(({ title }) => title))
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }

    expect(titles).toEqual(['4', '3', '2', '1', '0'])
  })

  it('tells who the token speaks for, and no claim more', async () => {
    const answer = await api.ask('GET', ME, { token: issuer.token('ada') })

    const me = (await answer.json()) as Record<string, unknown>
    expect(me).toMatchObject({ userId: 'ada', email: 'ada@example.test', role: 'user' })
    expect(Object.keys(me).sort()).toEqual(
      'clientId email exp expiresAt iat issuedAt role sessionId tokenId userId'.split(' '),
    )
  })

  it('takes a genuine token whose user id no database can hold for a bad one', async () => {
    const answer = await api.ask('GET', TASKS, { token: issuer.token('a\0b') })

    await expectProblem(answer, 401, 'invalid_token')
  })

  it('refuses strangers before it looks at what they sent', async () => {
    const answer = await api.ask('POST', TASKS, { headers: JSON_TYPE, body: '{' })

    await expectProblem(answer, 401, 'missing_token')
  })

  it('answers 405 to a method that a path does not have, and 404 to an unknown path', async () => {
    await expectProblem(await api.ask('PUT', TASKS, asSomebody()), 405, 'method_not_allowed')
    await expectProblem(await api.ask('GET', '/nowhere', asSomebody()), 404, 'not_found')
  })

  it('answers 429 to a user who asks too often, and goes on serving the others', async () => {
    const eager = asSomebody()

    const answers = []
    for (let n = 0; n < 2 * REQUESTS_PER_MINUTE + 1; n++) {
      const answer = await api.ask('GET', ME, { ...eager, headers: { Origin: WEB } })
      answers.push(answer)
      if (answer.status === 429) break
      await answer.arrayBuffer()
    }

    const last = answers.at(-1) as Response
    expect(answers.length).toBeGreaterThan(REQUESTS_PER_MINUTE)
    await expectProblem(last, 429, 'rate_limited')
    expect(Number(last.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(Number(last.headers.get('Retry-After'))).toBeLessThanOrEqual(60)
    expect(last.headers.get('Access-Control-Allow-Origin')).toBe(WEB)
    expect((await api.ask('GET', ME, asSomebody())).status).toBe(200)
  })

  it('met no bug in any of the tests above, and logged no token', () => {
    expect(api.said()).not.toMatch(/error|traceback|eyJ/i)
  })
})

it('has one contract, which both documents describe', () => {
  const [first, second] = KINDS_AS_THEY_ARE.map(({ name }) => documents.get(name) as OpenApi)

  expect(contractOf(second as OpenApi)).toEqual(contractOf(first as OpenApi))
})
