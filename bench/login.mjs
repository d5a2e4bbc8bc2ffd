import { availableParallelism } from 'node:os'
import { cpuUsage } from 'node:process'
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
/** Of the server: as many hashes at once as there are cores, and one for everything else. */
const THREADS = availableParallelism() + 1

/**
 * Logins over HTTP beside the bare hash, and how long the event loop is held up meanwhile. The bare
 * hash has all cores; a login shares them with its caller and PostgreSQL, and with whatever else the
 * machine does. The CPU time of the process that hashes is what both can be held against.
 */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const environment = { DATABASE_URL: postgres.url, UV_THREADPOOL_SIZE: String(THREADS) }
  const server = await startServer('countersign', environment)
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
  const serverCpu = () => server.ask('cpuSeconds')
  await storm(login, serverCpu)
  const rounds = []
  await server.ask('watchDelay')
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ logins: await storm(login, serverCpu), hashes: await storm(bare, ownCpu) })
  }
  const delay = await server.ask('delayMilliseconds')
  const middle = (read) => median(rounds.map(read))
  const row = (name, kind) => [
    name,
    ratio(middle((round) => round[kind].perCpuSecond / round.hashes.perCpuSecond)),
    middle((round) => round[kind].perCpuSecond).toFixed(1),
    ratio(middle((round) => round[kind].perSecond / round.hashes.perSecond)),
    middle((round) => round[kind].perSecond).toFixed(1),
  ]
  return [
    `Packages: ${versions('@node-rs/argon2')}. Argon2id, 19 MiB, t = 2, p = 1; ${STORM} callers at once; PostgreSQL with fsync; UV_THREADPOOL_SIZE=${THREADS} for the server.`,
    'CPU-seconds are those of the process that hashes. By the clock, the bare hash has all cores to itself, and a login shares them with its callers and PostgreSQL.',
    table(
      ['', 'ratio', 'per CPU-second', 'ratio by the clock', 'per second'],
      [row('the bare hash', 'hashes'), row('**countersign** `/login`', 'logins')],
    ),
    `Event loop of the server meanwhile: p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms.`,
  ].join('\n\n')
}

function ownCpu() {
  const { user, system } = cpuUsage()
  return (user + system) / 1e6
}

/** How many a second and a CPU-second, with `STORM` of them under way at any time. */
async function storm(once, cpuSeconds) {
  const cpu = await cpuSeconds()
  const began = performance.now()
  let count = 0
  const callers = Array.from({ length: STORM }, async () => {
    while (performance.now() - began < ROUND_MS) {
      await once()
      count += 1
    }
  })
  await Promise.all(callers)
  const seconds = (performance.now() - began) / 1000
  return { perSecond: count / seconds, perCpuSecond: count / ((await cpuSeconds()) - cpu) }
}
