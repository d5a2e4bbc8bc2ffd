import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from './child-process.js'
import { run, start } from './cli-process.js'
import { emptyPostgres } from './databases.js'
import { SECRET } from './server-fixture.js'

/** A process that loads a database takes its time on a busy machine. */
const PATIENCE = 60_000

let database: Awaited<ReturnType<typeof emptyPostgres>>
let folder: string
beforeAll(async () => {
  await build()
  database = await emptyPostgres()
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'))
}, PATIENCE)
afterAll(async () => {
  await database?.drop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

const whole = (): Record<string, string> => ({
  COUNTERSIGN_URL: 'http://localhost:4400',
  COUNTERSIGN_SECRET: SECRET,
  COUNTERSIGN_AUDIENCE: 'todo-api',
  COUNTERSIGN_PORT: '0',
  COUNTERSIGN_HOST: '127.0.0.1',
  DATABASE_URL: database.url,
})

/** The port on which a server says that it listens. */
async function portOf({ child, output }: ReturnType<typeof start>): Promise<number> {
  for (;;) {
    const port = /listening on .*\(port (\d+)\)/.exec(output.stdout)?.[1]
    if (port) return Number(port)
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
    if (child.exitCode !== null) throw new Error(`ended early: ${output.stderr}`)
  }
}

describe('countersign', () => {
  it.each([
    [['--help'], ['serve', 'migrate', 'secret', 'keys', 'clients', 'users']],
    [
      ['serve', '--help'],
      ['--port', '--json', 'COUNTERSIGN_'],
    ],
    [
      ['migrate', '--help'],
      ['--json', 'DATABASE_URL'],
    ],
    [['secret', '--help'], ['--json']],
  ])('explains itself: %s', async (args, words) => {
    const { code, stdout, stderr } = await run(args)

    expect([code, stderr]).toEqual([0, ''])
    for (const word of words) expect(stdout).toContain(word)
  })

  it.each([[['unknown']], [['serve', '--unknown']], [['secret', 'much']]])(
    'refuses what it does not know: %s',
    async (args) => {
      const { code, stdout, stderr } = await run(args)

      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^error: /)
    },
  )
})

describe('countersign secret', () => {
  it('prints another secret each time, which the server takes', async () => {
    const [one, two] = await Promise.all([run(['secret']), run(['secret'])])

    expect(one.stdout).toMatch(/^[\w-]{43}\n$/)
    expect(one.stdout).not.toBe(two.stdout)
  })

  it('prints JSON when asked to', async () => {
    const { code, stdout } = await run(['secret', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ secret: expect.stringMatching(/^[\w-]{43}$/) })
  })
})

describe('countersign migrate', () => {
  it('migrates once, and then has nothing to do', async () => {
    const { url, drop } = await emptyPostgres()
    try {
      const first = await run(['migrate', '--json'], { DATABASE_URL: url })
      const second = await run(['migrate', '--json'], { DATABASE_URL: url })
      const text = await run(['migrate'], { DATABASE_URL: url })

      const { applied, version } = JSON.parse(first.stdout)
      expect(applied).toContain('0001_create_identity.sql')
      expect(applied).toHaveLength(version)
      expect(JSON.parse(second.stdout)).toEqual({ applied: [], version })
      expect(text.stdout).toBe(`The database is at version ${version}.\n`)
    } finally {
      await drop()
    }
  })

  it(
    'migrates an embedded database in its folder',
    async () => {
      const { code, stdout, stderr } = await run(['migrate', '--json'], {
        COUNTERSIGN_DATA_DIR: join(folder, 'embedded'),
      })

      expect([code, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout).version).toBeGreaterThanOrEqual(3)
    },
    PATIENCE,
  )
})

describe('countersign serve', () => {
  it.each([
    ['no secret', { COUNTERSIGN_SECRET: '' }, 'COUNTERSIGN_SECRET is not set'],
    ['a weak secret', { COUNTERSIGN_SECRET: 'hunter2' }, 'COUNTERSIGN_SECRET: '],
    ['a database that is not there', { DATABASE_URL: 'postgres://localhost:1/x' }, 'ECONNREFUSED'],
    ['an unknown level of the log', { COUNTERSIGN_LOG_LEVEL: 'loud' }, 'COUNTERSIGN_LOG_LEVEL'],
  ])(
    'ends with one sentence when there is %s',
    async (_name, env, sentence) => {
      const { code, stdout, stderr } = await run(['serve', '--json'], { ...whole(), ...env })

      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
      expect(stderr).toContain(sentence)
      expect(stderr).not.toContain('hunter2')
    },
    PATIENCE,
  )

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'serves until %s, and ends well',
    async (signal) => {
      const process = start(['serve', '--json'], whole())
      const port = await portOf(process)
      const ready = await fetch(`http://127.0.0.1:${port}/api/auth/health/ready`)

      process.child.kill(signal)
      const { code, stderr } = await process.ended

      expect(ready.status).toBe(200)
      expect([code, stderr]).toEqual([0, ''])
    },
    PATIENCE,
  )

  it(
    'says in one sentence that another secret was there before',
    async () => {
      const env = { ...whole(), COUNTERSIGN_SECRET: `${SECRET}x` }

      const { code, stdout, stderr } = await run(['serve', '--json'], env)

      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^countersign: [^\n]+ COUNTERSIGN_SECRET; [^\n]+\n$/)
    },
    PATIENCE,
  )

  it(
    'says in one sentence that its port is taken',
    async () => {
      const first = start(['serve', '--json'], whole())
      const port = await portOf(first)

      const second = await run(['serve', '--json', '--port', String(port)], whole())
      first.child.kill('SIGTERM')
      await first.ended

      expect([second.code, second.stderr]).toEqual([
        1,
        `countersign: port ${port} is already in use\n`,
      ])
    },
    PATIENCE,
  )

  it(
    'logs lines that people read unless it is told otherwise',
    async () => {
      const process = start(['serve'], whole())
      await portOf(process)
      process.child.kill('SIGTERM')

      const { code, stdout } = await process.ended

      expect(code).toBe(0)
      expect(stdout).toMatch(/INFO: listening on http:\/\/localhost:4400/)
      expect(stdout).not.toContain(SECRET)
    },
    PATIENCE,
  )
})
