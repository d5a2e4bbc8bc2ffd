import { hash, verify } from '@node-rs/argon2'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { median } from './lib/measure.mjs'
import { ratio, table, versions } from './lib/report.mjs'
import { call, startServer } from './lib/server-process.mjs'

const PASSWORD = 'correct horse battery staple'
const POLICY = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const ROUNDS = 5
const ROUND_MS = 4_000
/** More callers than can be hashed at once, fewer than the queue takes. */
const STORM = 8

/** Logins over HTTP beside the bare hash, and how long the event loop is held up meanwhile. */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const server = await startServer('countersign', { DATABASE_URL: postgres.url })
  try {
    const body = { email: 'ada@example.com', password: PASSWORD }
    await call(`${server.url}/api/auth/signup`, { body })
    const login = () => call(`${server.url}/api/auth/login`, { body })
    const stored = await hash(PASSWORD, POLICY)
    const bare = () => verify(stored, PASSWORD)
    return await report(server, login, bare)
  } finally {
    await server.stop()
    await postgres.stop()
  }
}

async function report(server, login, bare) {
  await storm(login)
  const rounds = []
  await server.ask('watchDelay')
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ logins: await storm(login), hashes: await storm(bare) })
  }
  const delay = await server.ask('delayMilliseconds')
  const logins = median(rounds.map((round) => round.logins))
  const hashes = median(rounds.map((round) => round.hashes))
  const factor = median(rounds.map((round) => round.logins / round.hashes))
  return [
    `Packages: ${versions('@node-rs/argon2')}. Argon2id, 19 MiB, t = 2, p = 1; ${STORM} callers at once; PostgreSQL with fsync.`,
    table(
      ['', 'ratio', 'per second'],
      [
        ['the bare hash', '1.00×', hashes.toFixed(1)],
        ['**countersign** `/login`', ratio(factor), logins.toFixed(1)],
      ],
    ),
    `Event loop of the server meanwhile: p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms.`,
  ].join('\n\n')
}

/** How many a second, with `STORM` of them under way at any time. */
async function storm(once) {
  const began = performance.now()
  let count = 0
  const callers = Array.from({ length: STORM }, async () => {
    while (performance.now() - began < ROUND_MS) {
      await once()
      count += 1
    }
  })
  await Promise.all(callers)
  return count / ((performance.now() - began) / 1000)
}
