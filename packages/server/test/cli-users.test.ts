import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbedded } from '../src/database/embedded.js'
import { openPostgres } from '../src/database/postgres.js'
import { createServer } from '../src/server.js'
import { build } from './child-process.js'
import { run } from './cli-process.js'
import { emptyPostgres, template } from './databases.js'
import { API, readFeed, SSE } from './feed-fixture.js'
import { basic, callsTo, PASSWORD, serverOptions } from './server-fixture.js'

const PATIENCE = 60_000

let place: Awaited<ReturnType<typeof emptyPostgres>>
let database: ReturnType<typeof openPostgres>
let server: Awaited<ReturnType<typeof createServer>>
let calls: ReturnType<typeof callsTo>
beforeAll(async () => {
  await build()
  place = await emptyPostgres()
  database = openPostgres({ url: place.url })
  server = await createServer(serverOptions(database, { clients: [API] }))
  calls = callsTo(server)
}, PATIENCE)
afterAll(async () => {
  await server?.close()
  await database?.close()
  await place?.drop()
})

const countersign = (...args: string[]) => run(args, { DATABASE_URL: place.url })
const listen = async () => {
  const feed = readFeed(await calls.get('/revocations', SSE))
  await feed.snapshot()
  return feed
}

describe('countersign users, while the server runs', { timeout: PATIENCE }, () => {
  it('bans, which the feed of the server tells, and lifts the ban', async () => {
    const { email, user } = await calls.signUp()
    const feed = await listen()

    const banned = await countersign('users', 'ban', email, '--reason', 'spam', '--json')
    const told = await feed.next('revocation')
    await feed.close()
    const login = await calls.post('/login', { email, password: PASSWORD })
    const lifted = await countersign('users', 'unban', email)
    const again = await calls.post('/login', { email, password: PASSWORD })

    expect([banned.code, JSON.parse(banned.stdout)]).toEqual([
      0,
      { id: user.id, outcome: 'changed' },
    ])
    expect(told.data.sub_id.user.sub).toBe(user.id)
    expect([login.status, lifted.stdout, again.status]).toEqual([403, 'The ban was lifted.\n', 200])
  })

  it('gives a role, deletes, and lists', async () => {
    const [one, two] = [await calls.signUp(), await calls.signUp()]

    const role = await countersign('users', 'role', one.email.toUpperCase(), 'editor')
    const again = await countersign('users', 'role', one.email, 'editor')
    const deleted = await countersign('users', 'delete', two.email)
    const list = await countersign('users', 'list', '--json')
    const text = await countersign('users', 'list')

    expect([role.stdout, again.stdout]).toEqual([
      'The role is editor now.\n',
      'That was so already.\n',
    ])
    expect(deleted.stdout).toBe('The user was deleted.\n')
    const users = JSON.parse(list.stdout) as { email: string; role: string; banned: boolean }[]
    expect(users).toContainEqual(
      expect.objectContaining({ email: one.email, role: 'editor', banned: false }),
    )
    expect(users.map(({ email }) => email)).not.toContain(two.email)
    expect(text.stdout).toContain(`${one.email}  editor`)
  })

  it('leaves the last admin alone', async () => {
    const { email } = await calls.signUp()
    await countersign('users', 'role', email, 'admin')

    const refusals = await Promise.all([
      countersign('users', 'role', email, 'user'),
      countersign('users', 'ban', email),
      countersign('users', 'delete', email),
    ])

    for (const { code, stdout, stderr } of refusals) {
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toBe('countersign: the last admin cannot be demoted, banned or deleted\n')
    }
  })

  it.each([
    [['ban', 'nobody@example.com'], 'there is no user with that address'],
    [['role', 'nobody@example.com', 'a,b'], 'there is no user'],
    [['ban', 'nobody@example.com', '--until', 'soon'], '--until must be an instant'],
    [['list', '--limit', 'all'], '--limit must be'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await countersign('users', ...args)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
    expect(stderr).toContain(sentence)
  })
})

describe('countersign clients', { timeout: PATIENCE }, () => {
  it('makes a client whose secret the server takes, and removes it', async () => {
    const added = await countersign(
      'clients',
      'add',
      'reader',
      '--scope',
      'revocations:read',
      '--json',
    )
    const { secret } = JSON.parse(added.stdout)
    const headers = basic('reader', secret)
    const read = await calls.get('/revocations', headers)
    const { email } = await calls.signUp(headers)
    const twice = await countersign('clients', 'add', 'reader')
    const list = await countersign('clients', 'list')
    const removed = await countersign('clients', 'remove', 'reader')
    const missing = await countersign('clients', 'remove', 'reader')

    expect([added.code, secret]).toEqual([0, expect.stringMatching(/^[\w-]{43}$/)])
    expect([read.status, email]).toEqual([200, expect.any(String)])
    expect(twice.stderr).toBe('countersign: there is a client of that id already\n')
    expect(list.stdout).toMatch(/^reader +revocations:read$/m)
    expect(list.stdout).not.toContain(secret)
    expect([removed.code, removed.stderr]).toEqual([0, ''])
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'countersign: there is no client of that id\n',
    ])
  })

  it.each([
    [['add', 'public'], 'the id of a client'],
    [['add', 'x', '--scope', 'everything'], 'Allowed choices are'],
    [['remove', 'public'], 'there is no client'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stdout, stderr } = await countersign('clients', ...args)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(sentence)
  })
})

describe('a command beside a server with an embedded database', () => {
  it(
    'says that the server must be stopped, or use PostgreSQL',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'))
      const held = await openEmbedded({ dataDir: folder, template: await template() })

      const { code, stderr } = await run(['users', 'list'], { COUNTERSIGN_DATA_DIR: folder })
      await held.close()
      const free = await run(['users', 'list', '--json'], { COUNTERSIGN_DATA_DIR: folder })
      await rm(folder, { recursive: true, force: true })
      const gone = await run(['users', 'list'], { COUNTERSIGN_DATA_DIR: folder })

      expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('there is no folder')])
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^countersign: [^\n]* is in use by [^\n]*stop the server[^\n]*PostgreSQL[^\n]*\n$/,
      )
      expect([free.code, free.stdout]).toEqual([0, '[]\n'])
    },
    PATIENCE,
  )
})
