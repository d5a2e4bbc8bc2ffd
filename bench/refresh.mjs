import pg from 'pg'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { median } from './lib/measure.mjs'
import { ratio, table, versions, whole } from './lib/report.mjs'
import { call, startServer } from './lib/server-process.mjs'

const CALLERS = 16
/** As many as spread over several pages, so that rows are not pruned all the time. */
const SESSIONS = 160
const ROUNDS = 5
const ROUND_MS = 4_000
const PASSWORD = 'correct horse battery staple'

/**
 * Refreshes over HTTP: ours on PostgreSQL, oidc-provider's refresh grant in memory, and what a
 * Better Auth application does instead, reading the session from PostgreSQL.
 */
export async function run() {
  // The CPU of our process is the question, not the disk of this machine.
  const settings = ['shared_preload_libraries=pg_stat_statements', 'synchronous_commit=off']
  const postgres = await startPostgres({ fsync: true, settings })
  const servers = []
  try {
    const contenders = [
      await countersign(await createDatabase(postgres.url, 'countersign'), servers),
      await oidcProvider(servers),
      await floor(await createDatabase(postgres.url, 'floor'), servers),
      await betterAuth(await createDatabase(postgres.url, 'better_auth'), servers),
    ]
    return await report(contenders)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await postgres.stop()
  }
}

async function report(contenders) {
  for (const contender of contenders) await drive(contender)
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const measured = []
    for (const contender of contenders) measured.push(await drive(contender))
    rounds.push(measured)
  }
  const rows = contenders.map(({ name }, index) => {
    const perCpu = rounds.map((measured) => measured[index].perCpuSecond)
    const factors = rounds.map(
      (measured) => measured[0].perCpuSecond / measured[index].perCpuSecond,
    )
    const perSecond = median(rounds.map((measured) => measured[index].perSecond))
    return [name, ratio(median(factors)), whole(median(perCpu)), whole(perSecond)]
  })
  return [
    `Packages: ${versions('oidc-provider', 'better-auth', 'pg')}. ${CALLERS} callers with ${SESSIONS} sessions; one server process; EdDSA.`,
    '### Refreshes: countersign does this many for each one of the peer, per CPU-second of the server process',
    table(['', 'countersign is', 'per CPU-second', 'per second'], rows),
    '### What one refresh costs PostgreSQL (warm)',
    await databaseCost(contenders[0]),
  ].join('\n\n')
}

/** Lets every caller refresh again and again for a while, each of its sessions in turn. */
async function drive({ server, step, states }) {
  const before = await server.ask('cpuSeconds')
  const began = performance.now()
  let count = 0
  const until = began + ROUND_MS
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (
        let index = caller;
        performance.now() < until;
        index = (index + CALLERS) % states.length
      ) {
        states[index] = await step(states[index])
        count += 1
      }
    }),
  )
  const cpuSeconds = (await server.ask('cpuSeconds')) - before
  const seconds = (performance.now() - began) / 1000
  return { count, perSecond: count / seconds, perCpuSecond: count / cpuSeconds }
}

async function countersign(url, servers) {
  const server = await startServer('countersign', { DATABASE_URL: url })
  servers.push(server)
  const base = `${server.url}/api/auth`
  const body = { email: 'ada@example.com', password: PASSWORD }
  await call(`${base}/signup`, { body })
  const states = await times(SESSIONS, () => call(`${base}/login`, { body }).then(refreshTokenOf))
  const step = (refreshToken) =>
    call(`${base}/refresh`, { body: { refreshToken } }).then(refreshTokenOf)
  return { name: '**countersign**, PostgreSQL', server, states, step, url }
}

const refreshTokenOf = ({ json }) => json.refreshToken

async function oidcProvider(servers) {
  const server = await startServer('oidc-provider')
  servers.push(server)
  const states = await times(SESSIONS, (index) => server.ask('refreshToken', `user-${index}`))
  const basic = Buffer.from('web:a+client+secret+for+benchmarks').toString('base64')
  const step = (token) =>
    call(`${server.url}/token`, {
      body: `grant_type=refresh_token&refresh_token=${token}`,
      headers: { Authorization: `Basic ${basic}` },
    }).then(({ json }) => json.refresh_token)
  return { name: 'oidc-provider, refresh grant, in memory', server, states, step }
}

async function betterAuth(url, servers) {
  const server = await startServer('better-auth', { DATABASE_URL: url })
  servers.push(server)
  const base = `${server.url}/api/auth`
  const headers = { Origin: 'http://localhost:3000' }
  const body = { email: 'ada@example.com', password: PASSWORD }
  await call(`${base}/sign-up/email`, { body: { ...body, name: 'Ada' }, headers })
  const signIn = () => call(`${base}/sign-in/email`, { body, headers }).then(cookieOf)
  const states = await times(CALLERS, signIn)
  const step = async (cookie) => {
    const { json } = await call(`${base}/get-session`, {
      method: 'GET',
      headers: { Cookie: cookie },
    })
    if (!json?.session) throw new Error('Better Auth does not know the session')
    return cookie
  }
  return { name: 'Better Auth, get-session, PostgreSQL', server, states, step }
}

/** What Node.js takes for the request and the driver for a statement, before any auth happens. */
async function floor(url, servers) {
  const server = await startServer('floor', { DATABASE_URL: url })
  servers.push(server)
  const step = () => call(`${server.url}/`, { body: { refreshToken: 'x'.repeat(76) } })
  const states = Array.from({ length: CALLERS })
  return { name: 'no auth: node:http and one trivial statement, PostgreSQL', server, states, step }
}

const cookieOf = ({ cookies }) => cookies.map((cookie) => cookie.split(';')[0]).join('; ')

async function databaseCost(contender) {
  const client = new pg.Client({ connectionString: contender.url })
  await client.connect()
  try {
    await client.query('create extension pg_stat_statements')
    await client.query('checkpoint')
    await drive(contender)
    const before = await counters(client)
    const { count } = await drive(contender)
    const after = await counters(client)
    const updates = after.updates - before.updates
    return table(
      ['statements', 'WAL bytes', 'HOT share of the updates'],
      [
        [
          ((after.statements - before.statements) / count).toFixed(2),
          whole((after.wal - before.wal) / count),
          `${((100 * (after.hot - before.hot)) / updates).toFixed(1)} %`,
        ],
      ],
    )
  } finally {
    await client.end()
  }
}

/** Statistics of idle connections are reported after a second. */
async function counters(client) {
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const { rows } = await client.query(`
    select pg_current_wal_insert_lsn() - '0/0' as wal, t.n_tup_upd as updates,
      t.n_tup_hot_upd as hot,
      (select sum(calls) from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = current_database() and query not like '%pg_stat_%') as statements
    from pg_stat_user_tables t
    where t.relname = 'countersign_sessions'`)
  return Object.fromEntries(Object.entries(rows[0]).map(([name, value]) => [name, Number(value)]))
}

async function createDatabase(server, name) {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return server.replace(/\/postgres$/, `/${name}`)
}

async function times(count, make) {
  const made = []
  for (let index = 0; index < count; index++) made.push(await make(index))
  return made
}
