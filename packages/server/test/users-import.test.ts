import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import { type ImportOptions, importUsers } from '../src/users/import/import-users.js'
import type { RefusedRow } from '../src/users/import/read-user.js'
import { DATABASES } from './databases.js'
import { callsTo, serverOptions } from './server-fixture.js'

const PASSWORD = 'an old password of theirs'
const BCRYPT = '$2b$12$'.padEnd(60, 'a')

let folder: string
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-import-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(content: string | Buffer, suffix = 'csv'): Promise<string> {
  files += 1
  const file = join(folder, `users-${files}.${suffix}`)
  await writeFile(file, content)
  return file
}

describe.each(DATABASES)('an import of users on %s', (_name, open) => {
  let place: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    place = await open()
  })
  afterAll(() => place?.close())

  async function run(content: string | Buffer, options: Partial<ImportOptions> = {}) {
    const { format = 'csv' } = options
    const file = await write(content)
    const refused: RefusedRow[] = []
    const onRefused = (row: RefusedRow) => void refused.push(row)
    const { database } = place
    const counts = await importUsers({ database, file, format, onRefused, ...options })
    return { counts, refused, why: refused.map(({ line, code }) => [line, code]) }
  }
  const users = (like: string) =>
    place.database.query<Record<string, unknown>>({
      text: `select u.id, u.email, u.name, u.role, u."emailVerified", u."createdAt", a.password,
          a."providerId", a."accountId"
        from "user" u left join "account" a on a."userId" = u.id
        where u.email like $1 order by u.email`,
      values: [like],
    })

  it('keeps ids, hashes and dates, which people sign in with', async () => {
    const hash = await bcrypt(PASSWORD, { cost: 4 })
    const created = '2021-03-04T05:06:07Z'
    const { counts } = await run(
      `id,email,hashed_password,full_name,is_verified,created_at,role\n` +
        `17,Ada@Old.example,${hash},"Ada, ""Countess""",t,${created},editor\n` +
        `0b1f6a3e-7c55-4d8e-9b8a-1c9de6a0f111,grace@old.example,${hash},,0,,\n`,
    )
    const before = await users('%@old.example')
    const server = await createServer(serverOptions(place.database))
    const { post } = callsTo(server)
    const body = { email: 'ada@old.example', password: PASSWORD }
    const [right, wrong] = [
      await post('/login', body),
      await post('/login', { ...body, password: `${PASSWORD}!` }),
    ]
    await server.close()
    const [signedIn] = await users('ada@old.example')

    expect(counts).toEqual({ imported: 2, unchanged: 0, refused: 0 })
    const [ada, grace] = before
    expect(ada).toMatchObject({
      ...{ id: '17', email: 'ada@old.example', name: 'Ada, "Countess"', role: 'editor' },
      ...{ emailVerified: true, providerId: 'credential', accountId: '17' },
      createdAt: new Date(created),
    })
    expect(grace).toMatchObject({ name: '', role: 'user', emailVerified: false, password: hash })
    expect([right.status, wrong.status]).toEqual([200, 401])
    expect(ada?.password).toBe(hash)
    expect(signedIn?.password).toMatch(/^\$argon2id\$/)
    expect(((await right.json()) as { user: { id: string } }).user.id).toBe('17')
  })

  it('leaves alone whom it imported before, so that it can be started again', async () => {
    const text = 'id,email,password\n1,one@again.example,\n2,two@again.example,\n'
    const first = await run(text)
    const again = await run(`${text}3,three@again.example,\n`)

    expect(first.counts).toEqual({ imported: 2, unchanged: 0, refused: 0 })
    expect(again.counts).toEqual({ imported: 1, unchanged: 2, refused: 0 })
  })

  it('says what would happen and writes nothing in a dry run', async () => {
    const { counts, why } = await run(
      `email,password\nnew@dry.example,${BCRYPT}\none@again.example,\nx,\n`,
      { dryRun: true },
    )

    expect(counts).toEqual({ imported: 1, unchanged: 1, refused: 1 })
    expect(why).toEqual([[4, 'invalid_email']])
    expect(await users('%@dry.example')).toEqual([])
  })

  it('refuses rows one by one, with the line and the reason, and imports the others', async () => {
    const rows = [
      'email,password,id,role,created_at,name',
      'a@rows.example,,10,,,',
      'A@Rows.Example,,11,,,',
      'b@rows.example,,10,,,',
      `c@rows.example,${'$2b$31$'.padEnd(60, 'a')},,,,`,
      'd@rows.example,hunter2,,,,',
      'e@rows.example,,,"a,b",,',
      'f@rows.example,,,,soon,',
      'g@rows.example,,a b,,,',
      '"g"@rows.example,,,,,',
      'h@rows.example,,,,,a\u0007b',
      'i@rows.example,,',
      'j@rows.example,!unusable,,,,',
      'one@again.example,,99,,,',
      'k@rows.example,,1,,,',
    ]
    const { counts, why, refused } = await run(rows.join('\r\n'))

    expect(counts).toMatchObject({ imported: 2, unchanged: 0 })
    expect(Object.fromEntries(why)).toEqual({
      3: 'duplicate',
      4: 'duplicate',
      5: 'hash_too_costly',
      6: 'hash_unknown',
      7: 'invalid_role',
      8: 'invalid_instant',
      9: 'invalid_id',
      10: 'invalid_email',
      11: 'invalid_name',
      12: 'malformed_row',
      14: 'email_taken',
      15: 'id_taken',
    })
    expect((await users('%@rows.example')).map(({ email }) => email)).toEqual([
      'a@rows.example',
      'j@rows.example',
    ])
    expect(JSON.stringify(refused)).not.toMatch(/hunter2|@|\$2b/)
  })

  it('finds an address that comes again in another batch', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => `u${index}@many.example,`)
    const { counts, why } = await run(['email,password', ...many, 'u3@many.example,'].join('\n'))

    expect(counts).toEqual({ imported: 1_500, unchanged: 0, refused: 1 })
    expect(why).toEqual([[1502, 'duplicate']])
    const text = `select from countersign_audit a join "user" u on u.id = a.user_id
      where a.event = 'user.imported' and u.email like '%@many.example'`
    expect(await place.database.query({ text })).toHaveLength(1_500)
  })

  it('reads JSON lines, and columns of other names', async () => {
    const lines = [
      '{"uid":7,"mail":"seven@json.example","pw":null,"verified":true,"created":1600000000}',
      '',
      '[1]',
      '{"mail":{"$ne":1}}',
      '{"mail":"eight@json.example"',
    ]
    const { counts, why } = await run(lines.join('\n'), {
      format: 'jsonl',
      columns: { id: 'uid', hash: 'pw' },
    })

    expect(counts).toEqual({ imported: 1, unchanged: 0, refused: 3 })
    expect(why).toEqual([
      [3, 'malformed_row'],
      [4, 'malformed_row'],
      [5, 'malformed_row'],
    ])
    expect(await users('%@json.example')).toMatchObject([
      { id: '7', emailVerified: true, createdAt: new Date(1_600_000_000_000), password: null },
    ])
  })

  it.each<[string, string]>([
    ['semicolons', 'email;name\nsemi@form.example;Ada\n'],
    ['tabs', 'email\tname\ntab@form.example\tAda\n'],
    ['a byte-order mark', '\ufeffemail,name\nbom@form.example,Ada\n'],
    ['line breaks in quotes', 'name,email\n"Ada",break@form.example\n\n'],
    ['no line break at the end', 'email,name\nend@form.example,Ada'],
  ])('takes %s', async (_form, text) => {
    const { counts } = await run(text)

    expect(counts).toEqual({ imported: 1, unchanged: 0, refused: 0 })
  })

  it.each<[string, Buffer, RegExp]>([
    ['UTF-16 with a mark', Buffer.from('\ufeffemail\na@b.example', 'utf16le'), /is UTF-16/],
    ['UTF-16 without one', Buffer.from('email\na@b.example', 'utf16le'), /is UTF-16/],
    [
      'Latin-1',
      Buffer.concat([
        Buffer.from('email,name\nfirst@latin.example,Ada\n'),
        Buffer.from('second@latin.example,J\u00fcrgen\n', 'latin1'),
      ]),
      /such as Latin-1 .* \(line 3\)/,
    ],
    ['an open quote', Buffer.from(`email,name\na@b.example,"${'x\n'.repeat(40_000)}`), /quote/],
  ])('refuses %s as a whole, in one sentence', async (_encoding, bytes, words) => {
    await expect(run(bytes)).rejects.toThrow(words)

    expect(await users('%@latin.example')).toEqual([])
  })
})
