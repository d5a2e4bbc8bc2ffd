import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { createServer } from '../src/server.js'
import { build } from './child-process.js'
import { run, start } from './cli-process.js'
import { emptyPostgres } from './databases.js'
import { type Account, callsTo, PASSWORD, serverOptions } from './server-fixture.js'

const PATIENCE = 60_000

let place: Awaited<ReturnType<typeof emptyPostgres>>
let database: ReturnType<typeof openPostgres>
let server: Awaited<ReturnType<typeof createServer>>
let calls: ReturnType<typeof callsTo>
let user: Account
beforeAll(async () => {
  await build()
  place = await emptyPostgres()
  database = openPostgres({ url: place.url })
  server = await createServer(serverOptions(database))
  calls = callsTo(server)
  user = await calls.signUp({ 'User-Agent': '=cmd|"calc"!A1, x' })
  await calls.post('/login', { email: user.email, password: 'wrong, of course' })
}, PATIENCE)
afterAll(async () => {
  await server?.close()
  await database?.close()
  await place?.drop()
})

const audit = (...args: string[]) => run(['audit', ...args], { DATABASE_URL: place.url })

describe('countersign audit, while the server runs', { timeout: PATIENCE }, () => {
  it('prints the log for people, the newest last', async () => {
    const { code, stdout } = await audit('--user', user.email)

    const lines = stdout.trim().split('\n')
    expect([code, lines.length]).toEqual([0, 2])
    expect(lines[0]).toContain('sign_up.succeeded')
    expect(lines[1]).toMatch(/sign_in\.refused +ada.*reason=invalid_credentials$/)
  })

  it('prints JSON lines, and what a filter leaves', async () => {
    const all = (await audit('--json', '--user', user.user.id)).stdout.trim().split('\n')
    const one = (await audit('--json', '--event', 'sign_in.refused')).stdout.trim().split('\n')
    const none = await audit('--json', '--to', '2020-01-01T00:00:00Z')

    expect(all.map((line) => JSON.parse(line).event)).toEqual([
      'sign_up.succeeded',
      'sign_in.refused',
    ])
    expect(one.map((line) => JSON.parse(line).userEmail)).toEqual([user.email])
    expect([none.code, none.stdout]).toEqual([0, ''])
  })

  it('prints a table in which no cell runs', async () => {
    const { stdout } = await audit('--csv', '--event', 'sign_up.succeeded')

    const [header, line] = stdout.trim().split('\n')
    expect(header).toMatch(/^at,event,userId,/)
    expect(line).toContain(`,"'=cmd|""calc""!A1, x",`)
  })

  it('knows who works at the command line', async () => {
    await run(['users', 'role', user.email, 'editor'], { DATABASE_URL: place.url })

    const { stdout } = await audit('--actor', 'system:cli')

    expect(stdout).toMatch(/user\.role_changed .* by system:cli .*role=editor/)
  })

  it('follows what is written, until it is interrupted', async () => {
    const { child, output, ended } = start(['audit', '--follow', '--event', 'sign_in.succeeded'], {
      DATABASE_URL: place.url,
    })
    await calls.post('/login', { email: user.email, password: PASSWORD })

    await expect.poll(() => output.stdout, { timeout: 30_000 }).toContain('sign_in.succeeded')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    expect(output.stdout.trim().split('\n')).toHaveLength(1)
  })

  it.each([
    [['--event', 'x']],
    [['--from', 'yesterday']],
    [['--limit', '0']],
    [['--json', '--csv']],
  ])('refuses %s', async (args) => {
    const { code, stderr } = await audit(...args)

    expect([code, stderr]).toEqual([1, expect.stringMatching(/^countersign: --/)])
  })
})
