import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { build } from './child-process.js'
import { run, start } from './cli-process.js'
import { emptyPostgres } from './databases.js'

const PATIENCE = 60_000
const HASH = '$2b$12$'.padEnd(60, 'a')
const ROWS = 20_000

let folder: string
let place: Awaited<ReturnType<typeof emptyPostgres>>
let database: ReturnType<typeof openPostgres>
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'countersign-import-'))
  place = await emptyPostgres()
  database = openPostgres({ url: place.url })
  await run(['migrate'], { DATABASE_URL: place.url })
}, PATIENCE)
afterAll(async () => {
  await database?.close()
  await place?.drop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

const imported = (...args: string[]) =>
  run(['users', 'import', ...args], { DATABASE_URL: place.url })
async function count(text: string): Promise<number> {
  const [row] = await database.query<{ count: number }>({ text })
  return row?.count ?? 0
}
const users = () => count('select count(*)::integer as count from "user"')

async function write(name: string, rows: readonly string[]): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, `${rows.join('\n')}\n`)
  return file
}

describe('countersign users import', { timeout: PATIENCE }, () => {
  it('reports refused rows in a file for its owner, and ends with 2', async () => {
    const rows = ['email,password', `a@x.example,${HASH}`, 'nobody,', 'b@x.example,plain']
    const file = await write('some.csv', rows)

    const { code, stdout, stderr } = await imported(file)
    const report = await readFile(`${file}.refused.jsonl`, 'utf8')
    const { mode } = await stat(`${file}.refused.jsonl`)

    expect([code, stderr]).toEqual([2, ''])
    expect(stdout).toBe(`1 imported, 0 there already, 2 refused, see ${file}.refused.jsonl\n`)
    const refused = report
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(refused).toMatchObject([
      { line: 3, code: 'invalid_email' },
      { line: 4, code: 'hash_unknown' },
    ])
    expect(report).not.toContain('plain')
    expect(mode & 0o077).toBe(0)
  })

  it('ends with 0 where every row is there, and says so in JSON', async () => {
    const file = await write('good.jsonl', ['{"id":"9","mail":"c@x.example"}'])

    const dry = await imported(file, '--map', 'email=mail', '--dry-run', '--json')
    const real = await imported(file, '--map', 'email=mail', '--json')
    const again = await imported(file, '--map', 'email=mail')

    const counts = { imported: 1, unchanged: 0, refused: 0, report: null }
    expect([dry.code, JSON.parse(dry.stdout)]).toEqual([0, { ...counts, dryRun: true }])
    expect([real.code, JSON.parse(real.stdout)]).toEqual([0, { ...counts, dryRun: false }])
    expect(again.stdout).toBe('0 imported, 1 there already, 0 refused\n')
  })

  it('is finished by a second run after kill -9, with every user whole', async () => {
    const rows = Array.from({ length: ROWS }, (_, id) => `k${id},k${id}@kill.example,${HASH}`)
    const file = await write('many.csv', ['id,email,password', ...rows])
    const before = await users()
    const first = start(['users', 'import', file], { DATABASE_URL: place.url })
    while ((await users()) < before + 1_000 && first.child.exitCode === null) await delay(20)
    first.child.kill('SIGKILL')
    await first.ended
    const halfway = (await users()) - before

    const { code, stdout } = await imported(file, '--json')

    expect(code).toBe(0)
    const { imported: added, unchanged } = JSON.parse(stdout)
    expect(added + unchanged).toBe(ROWS)
    expect(unchanged).toBeGreaterThanOrEqual(Math.min(halfway, 1_000))
    expect((await users()) - before).toBe(ROWS)
    const whole = `select count(*)::integer as count from "user" u
      join "account" a on a."userId" = u.id and a."providerId" = 'credential'
      where u.email like '%@kill.example'`
    expect(await count(whole)).toBe(ROWS)
  })

  it.each<[string, string[], string]>([
    ['no file', ['/nowhere/users.csv'], 'there is no file /nowhere/users.csv'],
    ['no format', [import.meta.filename], 'say --format csv or jsonl'],
    ['a field that is none', ['x.csv', '--map', 'shoe=size'], '--map takes field=column'],
  ])('ends with 1 and one sentence where there is %s', async (_name, args, sentence) => {
    const { code, stdout, stderr } = await imported(...args)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
    expect(stderr).toContain(sentence)
  })
})
