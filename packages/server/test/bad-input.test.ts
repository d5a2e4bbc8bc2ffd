import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Account,
  bearer,
  newEmail,
  PASSWORD,
  rowCounts,
  startServer,
  type TestServer,
} from './server-fixture.js'

interface Operation {
  readonly method: string
  readonly path: string
  readonly takesBody: boolean
  readonly takesJson: boolean
  readonly statuses: readonly string[]
}

interface Body {
  readonly content: Readonly<Record<string, object>>
}

let server: TestServer
let account: Account
let operations: Operation[]
let rows: Record<string, number>
beforeAll(async () => {
  server = await startServer()
  account = await server.signUp()
  operations = await readOperations()
  rows = await rowCounts(server.database)
})
afterAll(() => server?.close())

/** What no refusal may have done. */
const expectNothingWritten = async () => expect(await rowCounts(server.database)).toEqual(rows)

async function readOperations(): Promise<Operation[]> {
  const document = await (await server.get('/openapi.json')).json()
  const methods = (document as { paths: Record<string, Record<string, never>> }).paths
  return Object.entries(methods).flatMap(([path, byMethod]) =>
    Object.entries(byMethod as Record<string, { requestBody?: Body; responses: object }>).map(
      ([method, { requestBody, responses }]) => ({
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, '1f0a9f0e-0000-4000-8000-000000000000'),
        takesBody: requestBody !== undefined,
        takesJson: requestBody?.content['application/json'] !== undefined,
        statuses: Object.keys(responses),
      }),
    ),
  )
}

/** Asserts a coded refusal that the document of the operation foresees. */
async function expectRefusal({ method, path, statuses }: Operation, answer: Response) {
  const where = `${method} ${path}`
  const text = await answer.text()
  expect([where, answer.status, text]).toEqual([
    where,
    expect.toSatisfy((status: number) => status >= 400 && status < 500),
    expect.stringMatching(/"code":"[a-z_]+"/),
  ])
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(JSON.parse(text).status).toBe(answer.status)
  expect([where, statuses]).toEqual([where, expect.arrayContaining([String(answer.status)])])
}

const TOKEN = 'x'.repeat(43)
const JSON_TYPE = { 'Content-Type': 'application/json' }
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
const stream = (text: string) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })

describe('every operation that takes JSON', () => {
  /** A body that each operation would take, but for who sends it. */
  const proper = ({ path }: Operation): Record<string, unknown> => {
    const [email, password, code] = [newEmail(), PASSWORD, '123456']
    const { refreshToken } = account
    const bodies: readonly (readonly [RegExp, Record<string, unknown>])[] = [
      [/email.(verify|change.confirm)$/, { token: TOKEN }],
      [/resend|forgot/, { email }],
      [/password.reset$/, { token: TOKEN, password }],
      [/password.change$/, { currentPassword: password, newPassword: password }],
      [/second-factor$/, { challenge: TOKEN, code }],
      [/activate$/, { code }],
      [/second-factor/, { password }],
      [/email.change$/, { newEmail: email, password }],
      [/refresh|logout/, { refreshToken }],
    ]
    return bodies.find(([pattern]) => pattern.test(path))?.[1] ?? { email, password }
  }
  const text = (operation: Operation) => JSON.stringify(proper(operation))
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

  it.each<[string, (operation: Operation) => RequestInit]>([
    ['no JSON', () => ({ body: 'not json' })],
    ['half of it', (o) => ({ body: text(o).slice(0, -1) })],
    ['more than it', (o) => ({ body: `${text(o)}{}` })],
    ['an array', (o) => ({ body: `[${text(o)}]` })],
    ['null', () => ({ body: 'null' })],
    ['a number', () => ({ body: '7' })],
    ['a text', () => ({ body: '"text"' })],
    ['white space', () => ({ body: ' ' })],
    ['an unknown member', (o) => ({ body: JSON.stringify({ ...proper(o), x: 1 }) })],
    ['__proto__', (o) => ({ body: text(o).replace('{', '{"__proto__":{"role":"admin"},') })],
    ['constructor', (o) => ({ body: text(o).replace('{', '{"constructor":1,') })],
    ['deep nesting', (o) => ({ body: text(o).replace('{', `{"x":${nested(20_000)},`) })],
    ['nothing but nesting', () => ({ body: '['.repeat(60_000) })],
    ['a megabyte', (o) => ({ body: text(o) + ' '.repeat(1_000_000) })],
    ['a megabyte in chunks', (o) => ({ body: stream(text(o) + ' '.repeat(1_000_000)) })],
    ['half of it in chunks', (o) => ({ body: stream(text(o).slice(0, -1)) })],
    ['a byte-order mark', (o) => ({ body: bytes([0xef, 0xbb, 0xbf], text(o)) })],
    ['UTF-16', (o) => ({ body: new Uint8Array(Buffer.from(text(o), 'utf16le')) })],
    ['invalid UTF-8', (o) => ({ body: bytes(text(o).slice(0, -2), [0xff, 0xfe], '"}') })],
    ['an overlong slash', (o) => ({ body: bytes(text(o).slice(0, -2), [0xc0, 0xaf], '"}') })],
    ['half a character', (o) => ({ body: bytes(text(o).slice(0, -2), [0xf0, 0x9f, 0x98], '"}') })],
  ])('refuses %s', async (_name, init) => {
    for (const operation of operations.filter(({ takesJson }) => takesJson)) {
      const given = { headers: JSON_TYPE, duplex: 'half' as const, ...init(operation) }
      await expectRefusal(operation, await server.call(operation.method, operation.path, given))
    }
    await expectNothingWritten()
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/problem+json',
    'application/jsonp',
    'json',
    '',
  ])('refuses the media type "%s"', async (type) => {
    for (const operation of operations.filter(({ takesJson }) => takesJson)) {
      const init = { headers: { 'Content-Type': type }, body: text(operation) }
      const answer = await server.call(operation.method, operation.path, init)
      expect(answer.status).toBe(415)
      await expectRefusal(operation, answer)
    }
    await expectNothingWritten()
  })

  it('refuses the media type of a body that is not there', async () => {
    for (const operation of operations.filter(({ takesJson }) => takesJson)) {
      const headers = { 'Content-Type': 'text/plain' }
      const answer = await server.call(operation.method, operation.path, { headers })
      await expectRefusal(operation, answer)
    }
  })

  it.each([
    ['a number', 7],
    ['null', null],
    ['a list', ['a']],
    ['an object', { $ne: null }],
    ['true', true],
  ])('refuses %s in the place of any text', async (_name, wrong) => {
    for (const operation of operations.filter(({ takesJson }) => takesJson)) {
      for (const member of Object.keys(proper(operation))) {
        const body = { ...proper(operation), [member]: wrong }
        const init = { headers: JSON_TYPE, body: JSON.stringify(body) }
        await expectRefusal(operation, await server.call(operation.method, operation.path, init))
      }
    }
    await expectNothingWritten()
  })
})

describe('every operation', () => {
  it.each([
    ['%%', 'Bearer %%'],
    ['a broken escape', 'Basic %E0%A4%A'],
    ['no scheme', 'csr_abc'],
    ['an unknown scheme', 'Negotiate abc'],
    ['two credentials', 'Basic YTpi, Bearer abc'],
    ['an unknown client', `Basic ${btoa('nobody:secret')}`],
    ['a client with a NUL', `Basic ${btoa('a\0b:secret')}`],
    ['a client with an encoded NUL', `Basic ${btoa('a%00b:secret')}`],
    ['a client with a broken escape', `Basic ${btoa('a%:secret')}`],
    ['Latin-1', `Bearer \u00e9\u00ff`],
    ['a large token', `Bearer ${'x'.repeat(60_000)}`],
  ])('survives %s in Authorization', async (_name, Authorization) => {
    for (const { method, path } of operations) {
      const body = JSON.stringify({ email: newEmail(), password: PASSWORD })
      const answer = await server.call(method, path, {
        headers: { ...JSON_TYPE, Authorization },
        ...(method === 'POST' && /signup|register|login/.test(path) ? { body } : {}),
      })
      expect([path, answer.status < 500]).toEqual([path, true])
      if (method !== 'GET' && !path.endsWith('/logout')) expect(answer.ok).toBe(false)
    }
    await expectNothingWritten()
  })

  it.each([
    ['NUL escapes', '__Host-cs_refresh=%00'],
    ['a long value', `__Host-cs_refresh=${'a'.repeat(10_000)}`],
    ['only separators', ';;;=;=;'],
    ['quotes', '__Host-cs_refresh="csr_abc"'],
    ['no value', '__Host-cs_refresh'],
    ['an empty value', '__Host-cs_refresh='],
  ])('survives %s in Cookie', async (_name, cookie) => {
    for (const { method, path } of operations) {
      const answer = await server.fromBrowser(method, path, cookie)
      expect([path, answer.status < 500]).toEqual([path, true])
    }
    await expectNothingWritten()
  })

  it('survives every header that we read, long and strange', async () => {
    const others = ['X-Forwarded-For', 'User-Agent', 'If-None-Match', 'Countersign-Device']
    const ours = ['Countersign-User-IP', 'Countersign-User-Agent', 'X-Countersign']
    // Those that make a browser of the caller stand alone.
    for (const names of [['Origin'], ['Sec-Fetch-Site'], [...others, ...ours]]) {
      for (const value of ['', '%00', ',', '\u00ff', 'x'.repeat(10_000), '::ffff:1.2.3.4%x']) {
        // All together they have to fit into what Node.js takes.
        const text = value.slice(0, 12_000 / names.length)
        const headers = Object.fromEntries(names.map((name) => [name, text]))
        for (const { method, path } of operations) {
          const answer = await server.call(method, path, { headers })
          expect([names, path, answer.status < 500]).toEqual([names, path, true])
        }
      }
    }
    await expectNothingWritten()
  })

  it('refuses a body where none is foreseen, unless it reads none', async () => {
    for (const operation of operations.filter(
      ({ method, takesBody }) => method === 'DELETE' && !takesBody,
    )) {
      const answer = await server.call(operation.method, operation.path, {
        headers: { ...bearer(account.refreshToken), 'Content-Type': 'text/plain' },
        body: 'text',
      })
      await expectRefusal(operation, answer)
    }
    await expectNothingWritten()
  })
})

describe('an address', () => {
  const local = 'x'.repeat(64)
  it.each([
    ['no @', 'ada.example.com'],
    ['two @', 'ada@@example.com'],
    ['a full-width @', 'ada\uff20example.com'],
    ['a small @', 'ada\ufe6bexample.com'],
    ['both kinds of @', 'ada@example.com\uff20evil.example'],
    ['a Kelvin sign', '\u212aelvin@example.com'],
    ['a dotless i', 'adm\u0131n@example.com'],
    ['a Cyrillic letter', '\u0430da@example.com'],
    ['a full-width dot', 'ada@example\uff0ecom'],
    ['a domain beyond ASCII', 'ada@ex\u00e4mple.com'],
    ['a quoted local part', '"ada"@example.com'],
    ['an address inside of an address', '"e@attacker.example"@example.com'],
    ['a list', 'ada@example.com,eve@example.com'],
    ['a list with semicolons', 'ada@example.com;eve@example.com'],
    ['a name', 'Ada <ada@example.com>'],
    ['a comment', 'ada(comment)@example.com'],
    ['a space', 'ada lovelace@example.com'],
    ['a line break', 'ada@example.com\nBcc: eve@example.com'],
    ['a carriage return', 'ada\r@example.com'],
    ['a NUL', 'ada\u0000@example.com'],
    ['half a surrogate', 'ada\ud800@example.com'],
    ['a zero-width space', 'ada\u200b@example.com'],
    ['a right-to-left mark', 'ada\u202e@example.com'],
    ['a soft hyphen', 'ad\u00ada@example.com'],
    ['an IP address', 'ada@[127.0.0.1]'],
    ['no domain', 'ada@'],
    ['no local part', '@example.com'],
    ['a single label', 'ada@localhost'],
    ['a leading dot', '.ada@example.com'],
    ['two dots', 'ada..l@example.com'],
    ['a percent hack', 'ada%evil.example@example.com'],
    ['255 characters', `${local}@${'y'.repeat(186)}.com`],
    ['nothing', ''],
    ['an object', { toString: 'ada@example.com' }],
  ])('is refused with %s', async (_name, email) => {
    for (const path of ['/signup', '/login', '/password/forgot', '/email/resend']) {
      const more = /signup|login/.test(path) ? { password: PASSWORD } : {}
      const answer = await server.post(path, { email, ...more })
      expect([path, answer.status, (await answer.json()).code]).toEqual([
        path,
        400,
        'invalid_request',
      ])
    }
    await expectNothingWritten()
  })

  it('is refused without being repeated in the answer', async () => {
    const answer = await server.post('/signup', {
      email: 'ada\uff20example.com',
      password: PASSWORD,
    })

    expect(await answer.text()).not.toContain('example.com')
  })
})

describe('a name and a password', () => {
  it.each([
    ['a NUL in the name', { name: 'Ada\u0000' }],
    ['half a surrogate in the name', { name: 'Ada\ud800' }],
    ['a line break in the name', { name: 'Ada\nLovelace' }],
    ['a long name', { name: 'x'.repeat(201) }],
    ['half a surrogate in the password', { password: 'half a surrogate \udc00' }],
    ['no password', { password: '' }],
    ['a long password', { password: 'x'.repeat(257) }],
    ['a word for remember', { remember: 'true' }],
  ])('are refused with %s', async (_name, members) => {
    const answer = await server.post('/signup', {
      email: newEmail(),
      password: PASSWORD,
      ...members,
    })

    expect([answer.status, (await answer.json()).code]).toEqual([400, 'invalid_request'])
    await expectNothingWritten()
  })
})

it('takes what only looks strange', async () => {
  const email = `o'hara+tag_1-2.${newEmail()}`
  const body = { email, password: `NUL \u0000 and \u{1f511} `, name: 'Ада 🌍 O’Hara' }

  const made = await server.post('/signup', body)

  expect(made.status).toBe(201)
  expect(await made.json()).toMatchObject({ user: { email, name: 'Ада 🌍 O’Hara' } })
  expect((await server.post('/login', { email, password: body.password })).status).toBe(200)
})
