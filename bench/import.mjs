import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { median } from './lib/measure.mjs'
import { table } from './lib/report.mjs'

const CLI = new URL('../packages/server/dist/cli.js', import.meta.url).pathname
const USERS = 50_000
const ROUNDS = 3
/** bcrypt of cost 12, as a users table of long ago has it. */
const HASH = '$2b$12$'.padEnd(60, 'a')

/** `countersign users import` as an operator runs it, with the start of its process. */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
  try {
    const file = join(folder, 'users.csv')
    const countersign = (...args) => call(postgres.url, args)
    await countersign('migrate')
    const rates = []
    for (let round = 0; round < ROUNDS; round++) {
      await write(file, round)
      rates.push(await rate(() => countersign('users', 'import', file)))
    }
    const again = await rate(() => countersign('users', 'import', file))
    const { size } = await stat(file)
    return [
      `${USERS} users with bcrypt hashes in a CSV of ${(size / 2 ** 20).toFixed(1)} MiB; PostgreSQL with fsync; one process, one connection.`,
      table(
        ['', 'users per second'],
        [
          ['**countersign** `users import`, into a growing table', Math.round(median(rates))],
          ['the same again: everybody is there', Math.round(again)],
        ],
      ),
    ].join('\n\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
    await postgres.stop()
  }
}

async function rate(work) {
  const began = performance.now()
  await work()
  return (USERS * 1000) / (performance.now() - began)
}

async function write(file, round) {
  const stream = createWriteStream(file)
  stream.write('id,email,hashed_password,name,is_verified,created_at\n')
  for (let id = 0; id < USERS; id++) {
    const person = `${round}-${id}`
    stream.write(`${person},user.${person}@example.com,${HASH},User ${id},t,2021-03-04T05:06:07Z\n`)
  }
  stream.end()
  await finished(stream)
}

function call(url, args) {
  const env = { PATH: process.env.PATH, DATABASE_URL: url }
  return promisify(execFile)(process.execPath, [CLI, ...args], { env })
}
