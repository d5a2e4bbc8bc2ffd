import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { PUBLISHED_BEFORE_SECONDS } from '../src/keys/key-times.js'
import { build } from './child-process.js'
import { run } from './cli-process.js'
import { emptyPostgres } from './databases.js'
import { ageKeys } from './key-fixture.js'
import { SECRET } from './server-fixture.js'

/** A process that loads a database takes its time on a busy machine. */
const PATIENCE = 60_000
const ONE_LINE = /^countersign: [^\n]+\n$/

let postgres: Awaited<ReturnType<typeof emptyPostgres>>
beforeAll(async () => {
  await build()
  postgres = await emptyPostgres()
}, PATIENCE)
afterAll(() => postgres?.drop())

const keys = (args: readonly string[], env: Record<string, string> = {}) =>
  run(['keys', ...args], { DATABASE_URL: postgres.url, COUNTERSIGN_SECRET: SECRET, ...env })

async function pass(seconds: number): Promise<void> {
  const database = openPostgres({ url: postgres.url })
  await ageKeys(database, seconds)
  await database.close()
}

describe('countersign keys', () => {
  it(
    'lists, rotates and retires',
    async () => {
      const none = await keys(['list'])
      const first = JSON.parse((await keys(['rotate', '--json'])).stdout)
      const second = await keys(['rotate'])
      const early = await keys(['rotate'])
      const refused = await keys(['retire', first.kid])
      await pass(PUBLISHED_BEFORE_SECONDS)
      const forced = await keys(['retire', first.kid, '--force', '--json'])
      const list = JSON.parse((await keys(['list', '--json'])).stdout)
      const table = await keys(['list'])

      expect(none.stdout).toBe('No key yet: the server makes the first one.\n')
      expect(first).toMatchObject({ algorithm: 'EdDSA', state: 'current', signsUntil: null })
      expect(second.stdout).toMatch(/^The key [\w-]{43} is published and signs from \S+Z on\.\n$/)
      expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('wait for it')])
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--force')])
      expect(JSON.parse(forced.stdout)).toMatchObject({ kid: first.kid, state: 'withdrawn' })
      expect(list).toMatchObject([{ state: 'current' }, { kid: first.kid }])
      expect(table.stdout).toMatch(/^KEY +ALGORITHM +STATE +SIGNS FROM +PUBLISHED UNTIL\n/)
      for (const { stdout } of [table, forced]) expect(stdout).not.toMatch(/"d"|encrypted|secret/)
    },
    PATIENCE,
  )

  it(
    'replaces a stolen key at once',
    async () => {
      const { stdout } = await keys(['rotate', '--now'])
      const all = JSON.parse((await keys(['list', '--json'])).stdout)

      expect(stdout).toMatch(/^The key [\w-]{43} signs now\.\n$/)
      const states = all.map(({ state }: { state: string }) => state)
      expect(states).toEqual(['current', 'withdrawn', 'withdrawn'])
    },
    PATIENCE,
  )

  it.each<[string, string[], Record<string, string>, string]>([
    ['an unknown key', ['retire', 'nobody'], {}, 'there is no such signing key'],
    ['no secret', ['rotate'], { COUNTERSIGN_SECRET: '' }, 'COUNTERSIGN_SECRET is not set'],
    ['HS256', ['rotate'], { COUNTERSIGN_ALGORITHM: 'HS256' }, 'change COUNTERSIGN_JWT_SECRET'],
    ['no database', ['list'], { DATABASE_URL: '' }, 'COUNTERSIGN_DATA_DIR is not set'],
  ])(
    'ends with one sentence when there is %s',
    async (_name, args, env, sentence) => {
      const { code, stdout, stderr } = await keys(args, env)

      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(ONE_LINE)
      expect(stderr).toContain(sentence)
    },
    PATIENCE,
  )

  it.each([
    [['--help'], ['list', 'rotate', 'retire']],
    [
      ['rotate', '--help'],
      ['--now', '--json', 'No request fails', 'stolen'],
    ],
    [
      ['retire', '--help'],
      ['--force', '--json', 'COUNTERSIGN_SECRET'],
    ],
    [
      ['list', '--help'],
      ['--json', 'DATABASE_URL'],
    ],
  ])('explains itself: %s', async (args, words) => {
    const { code, stdout } = await keys(args)

    expect(code).toBe(0)
    for (const word of words) expect(stdout).toContain(word)
  })
})
