import { setTimeout as wait } from 'node:timers/promises'
import { createVerifier } from '@countersign/verify'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { percentile } from './lib/measure.mjs'
import { table, versions } from './lib/report.mjs'
import { call, startServer } from './lib/server-process.mjs'

const VERIFIERS = 500
const REVOCATIONS = 40
const PASSWORD = 'correct horse battery staple'
const API_CLIENT = { id: 'todo-api', secret: 'a client secret for benchmarks, not for use' }
const PATIENCE_MS = 30_000

/**
 * From the moment at which a logout is sent until verifiers refuse the access token: half of them
 * listen to the server process that was asked, half to another one on the same PostgreSQL.
 */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const servers = []
  const verifiers = []
  try {
    const env = {
      DATABASE_URL: postgres.url,
      API_CLIENT_ID: API_CLIENT.id,
      API_CLIENT_SECRET: API_CLIENT.secret,
    }
    for (let index = 0; index < 2; index++) servers.push(await startServer('countersign', env))
    const { json: jwks } = await call(`${servers[0].url}/api/auth/jwks`, { method: 'GET' })
    for (let index = 0; index < VERIFIERS; index++) {
      verifiers.push(listenTo(servers[index % 2], jwks))
    }
    await Promise.all(verifiers.map(({ verifier }) => verifier.ready()))
    return report(await measure(servers, verifiers))
  } finally {
    for (const { verifier } of verifiers) verifier.close()
    await Promise.all(servers.map((server) => server.stop()))
    await postgres.stop()
  }
}

/** @param {{ url: string }} server @param {object} jwks */
function listenTo(server, jwks) {
  const verifier = createVerifier({
    issuer: 'http://localhost:4400/api/auth',
    audience: 'todo-api',
    algorithms: ['EdDSA'],
    jwks,
    revocations: {
      clientId: API_CLIENT.id,
      clientSecret: API_CLIENT.secret,
      url: `${server.url}/api/auth/revocations`,
      whenStale: 'closed',
    },
  })
  return { server, verifier }
}

async function measure([asked, other], verifiers) {
  const base = `${asked.url}/api/auth`
  const body = { email: 'ada@example.com', password: PASSWORD }
  await call(`${base}/signup`, { body })
  const near = []
  const far = []
  const answers = []
  // The first one only warms up.
  for (let round = -1; round < REVOCATIONS; round++) {
    const { json: session } = await call(`${base}/login`, { body })
    for (const { verifier } of verifiers) verifier.verifySync(session.accessToken)
    const took = await revoke(base, session, verifiers)
    if (round < 0) continue
    answers.push(took.answered)
    near.push(...took.refused.filter(({ server }) => server === asked).map(({ ms }) => ms))
    far.push(...took.refused.filter(({ server }) => server === other).map(({ ms }) => ms))
  }
  return { near, far, answers }
}

/** Asks every verifier once a millisecond until all have refused. */
async function revoke(base, { accessToken, refreshToken }, verifiers) {
  const began = performance.now()
  const since = () => performance.now() - began
  let answered = 0
  const answer = logout(base, refreshToken).then(() => {
    answered = since()
  })
  const refused = []
  let waiting = verifiers
  while (waiting.length > 0) {
    if (since() > PATIENCE_MS) throw new Error(`${waiting.length} verifiers never refused`)
    await wait(1)
    waiting = waiting.filter(({ server, verifier }) => {
      if (accepts(verifier, accessToken)) return true
      refused.push({ server, ms: since() })
      return false
    })
  }
  await answer
  return { answered, refused }
}

/** @param {import('@countersign/verify').Verifier} verifier @param {string} token */
function accepts(verifier, token) {
  try {
    verifier.verifySync(token)
    return true
  } catch (error) {
    if (error.code !== 'token_revoked') throw error
    return false
  }
}

async function logout(base, refreshToken) {
  const answer = await fetch(`${base}/logout`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  })
  if (answer.status !== 204) throw new Error(`logout answered ${answer.status}`)
}

function report({ near, far, answers }) {
  const row = (name, times) => [
    name,
    ...[50, 99, 100].map((part) => percentile(times, part).toFixed(1)),
  ]
  return [
    `${VERIFIERS} verifiers of ${'`@countersign/verify`'} in one process, each with a stream of its own; two server processes on PostgreSQL with fsync (${versions('pg')}); ${REVOCATIONS} logouts, one after the other. Milliseconds from sending the logout.`,
    table(
      ['', 'p50', 'p99', 'longest'],
      [
        row('the logout is answered', answers),
        row('refused by verifiers that listen to the same process', near),
        row('refused by verifiers that listen to the other process', far),
      ],
    ),
  ].join('\n\n')
}
