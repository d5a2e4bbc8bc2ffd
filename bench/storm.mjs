import { availableParallelism } from 'node:os'
import { createVerifier } from '@countersign/verify'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { table } from './lib/report.mjs'
import { call, startServer } from './lib/server-process.mjs'
import { statusOf } from './lib/status-of.mjs'

const PASSWORD = 'correct horse battery staple'
const PARALLEL = 200
const WAVES = 10
const THREADS = availableParallelism() + 1
const SESSIONS = 20

/**
 * Many who sign in at the same moment, again and again: how long anybody waits, what those are told
 * for whom there is no room, and what becomes of the refreshes and verifications of everybody else.
 */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const environment = { DATABASE_URL: postgres.url, UV_THREADPOOL_SIZE: String(THREADS) }
  const server = await startServer('countersign', environment)
  try {
    const api = `${server.url}/api/auth`
    const body = { email: 'ada@example.com', password: PASSWORD }
    await call(`${api}/signup`, { body })
    const tokens = []
    for (let n = 0; n < SESSIONS; n++) {
      tokens.push((await call(`${api}/login`, { body })).json.refreshToken)
    }
    const bystander = bystanders(api, tokens)
    const alone = await bystander.watch(2_000)
    const storm = waves(api, body)
    const meanwhile = await bystander.watch(storm)
    return report(await storm, alone, meanwhile)
  } finally {
    await server.stop()
    await postgres.stop()
  }
}

async function waves(api, body) {
  const answers = []
  for (let wave = 0; wave < WAVES; wave++) {
    const login = async () => {
      const began = performance.now()
      const { status, retryAfter } = await statusOf(`${api}/login`, { body })
      return { status, retryAfter, ms: performance.now() - began }
    }
    answers.push(...(await Promise.all(Array.from({ length: PARALLEL }, login))))
  }
  return answers
}

/** One refresh and one verification of a token that is new, every few milliseconds. */
function bystanders(api, tokens) {
  const verifier = createVerifier({
    issuer: 'http://localhost:4400/api/auth',
    audience: 'todo-api',
    algorithms: ['EdDSA'],
    jwksUri: `${api}/jwks`,
  })
  let turn = 0
  return {
    /** @param {number | Promise<unknown>} until milliseconds, or what ends it */
    async watch(until) {
      const times = { refresh: [], verify: [] }
      let over = false
      const end = typeof until === 'number' ? pause(until) : until
      void end.then(() => {
        over = true
      })
      while (!over) {
        const index = turn++ % tokens.length
        const began = performance.now()
        const { text } = await statusOf(`${api}/refresh`, { body: { refreshToken: tokens[index] } })
        times.refresh.push(performance.now() - began)
        const { refreshToken, accessToken } = JSON.parse(text)
        tokens[index] = refreshToken
        const verifying = performance.now()
        await verifier.verify(accessToken)
        times.verify.push(performance.now() - verifying)
        await pause(5)
      }
      return times
    },
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function report(answers, alone, meanwhile) {
  const served = answers.filter(({ status }) => status === 200)
  const full = answers.filter(({ status }) => status === 503)
  const told = full.filter(({ retryAfter }) => Number(retryAfter) > 0)
  const others = answers.length - served.length - full.length
  const longest = Math.max(...answers.map(({ ms }) => ms))
  const row = (name, kind) => [
    name,
    ...[alone, meanwhile].flatMap((times) => [at(times[kind], 0.5), at(times[kind], 0.99)]),
  ]
  return [
    `${WAVES} times ${PARALLEL} sign-ins at once; UV_THREADPOOL_SIZE=${THREADS}. Callers, server and PostgreSQL share the machine.`,
    `${served.length} signed in, ${full.length} were answered 503, ${told.length} of them with \`Retry-After\`, ${others} otherwise. Nobody waited longer than ${(longest / 1000).toFixed(2)} s.`,
    table(
      ['', 'p50 alone', 'p99 alone', 'p50 in the storm', 'p99 in the storm'],
      [row('`/refresh`', 'refresh'), row('verification', 'verify')],
    ),
  ].join('\n\n')
}

function at(numbers, quantile) {
  const sorted = [...numbers].sort((one, other) => one - other)
  return `${(sorted[Math.floor((sorted.length - 1) * quantile)] ?? 0).toFixed(2)} ms`
}
