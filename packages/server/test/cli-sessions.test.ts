import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { createServer } from '../src/server.js'
import { build } from './child-process.js'
import { run, start } from './cli-process.js'
import { emptyPostgres } from './databases.js'
import { API, readFeed, SSE } from './feed-fixture.js'
import { callsTo, PASSWORD, SECRET, serverOptions } from './server-fixture.js'

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

const sessions = (...args: string[]) => run(['sessions', ...args], { DATABASE_URL: place.url })

describe('countersign sessions', { timeout: PATIENCE }, () => {
  it('lists where a user is signed in, and ends one, which the feed tells', async () => {
    const { email, refreshToken } = await calls.signUp()
    await calls.post('/login', { email, password: PASSWORD })
    const feed = readFeed(await calls.get('/revocations', SSE))
    await feed.snapshot()

    const list = JSON.parse((await sessions('list', email, '--json')).stdout)
    const oldest = list.at(-1).id
    const ended = await sessions('end', email, '--id', oldest)
    const told = await feed.next('revocation')
    await feed.close()
    const refused = await calls.post('/refresh', { refreshToken })
    const table = await sessions('list', email)

    expect(list).toHaveLength(2)
    expect(ended.stdout).toBe('One session ended.\n')
    expect(told.data.sub_id.session?.id).toBe(oldest)
    expect(refused.status).toBe(401)
    expect(table.stdout).toMatch(/^ID +LAST SEEN +CLIENT +IP +USER AGENT\n[^\n]+\n$/)
    expect(table.stdout).not.toContain(oldest)
  })

  it('ends them all, without a question where nobody could answer', async () => {
    const { email } = await calls.signUp()
    await calls.post('/login', { email, password: PASSWORD })

    const ended = await sessions('end', email, '--all', '--json')
    const again = await sessions('end', email, '--all', '--yes')
    const list = await sessions('list', email)

    expect([ended.code, JSON.parse(ended.stdout)]).toEqual([0, { ended: 2 }])
    expect(again.stdout).toBe('0 sessions ended.\n')
    expect(list.stdout).toBe('The user is signed in nowhere.\n')
  })

  it.each([
    [['list', 'nobody@example.com'], 'there is no user with that address'],
    [['end', 'nobody@example.com'], 'say --id <id> or --all'],
    [['end', 'nobody@example.com', '--all', '--id', 'x'], 'and not both'],
    [['end', 'nobody@example.com', '--id', 'x'], '--id is not that of a session'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await sessions(...args)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
    expect(stderr).toContain(sentence)
  })
})

describe('countersign token inspect', { timeout: PATIENCE }, () => {
  const inspect = async (text: string, env: Record<string, string> = {}, ...flags: string[]) => {
    const process = start(['token', 'inspect', ...flags], env)
    process.child.stdin.end(text)
    return process.ended
  }

  it('reads a refresh token from standard input, and knows its session', async () => {
    const { refreshToken } = await calls.signUp()

    const blind = await inspect(`${refreshToken}\n`)
    const known = await inspect(refreshToken, { COUNTERSIGN_SECRET: SECRET }, '--json')

    expect([blind.code, blind.stdout]).toEqual([2, expect.stringContaining('\nNOT verified\n')])
    const { verified, claims } = JSON.parse(known.stdout)
    expect([known.code, verified, claims.generation]).toEqual([0, true, 1])
    expect(blind.stdout + known.stdout).not.toContain(refreshToken.slice(10, 40))
  })

  it('explains an access token without believing it', async () => {
    const { accessToken, user } = await calls.signUp()

    const { code, stdout } = await inspect(`Bearer ${accessToken}`)

    expect(code).toBe(2)
    expect(stdout).toMatch(/^kind +access token\nheader\n +alg +"EdDSA"/)
    expect(stdout).toContain(`sub          "${user.id}"`)
    expect(stdout).toMatch(/expires in 1[45] minutes/)
    expect(stdout).toMatch(/\nNOT verified\n {2}there is no key/)
  })

  it('lets no token move the cursor of a terminal', async () => {
    const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const hostile = `${segment({ alg: 'none' })}.${segment({ sub: '\u009b2J\u202e' })}.x`

    const { stdout } = await inspect(hostile)

    expect(stdout).toMatch(/sub +"\?2J\?"/)
  })

  it('ends with 1 where there is none', async () => {
    const { code, stderr } = await inspect('')

    expect([code, stderr]).toEqual([1, 'countersign: there is no token on standard input\n'])
  })
})
