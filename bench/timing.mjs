import { openPostgres } from '@countersign/server'
import { hash } from '@node-rs/argon2'
import { startPostgres } from '../scripts/lib/postgres.mjs'
import { median } from './lib/measure.mjs'
import { table } from './lib/report.mjs'
import { startServer } from './lib/server-process.mjs'
import { statusOf } from './lib/status-of.mjs'

const PASSWORD = 'correct horse battery staple'
const POLICY = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Of each kind; half of them about accounts that are there. */
const SAMPLES = Number(process.env.TIMING_SAMPLES ?? 2_000)
const ACCOUNTS = 500
/** Before the clock counts: caches fill, and code is compiled. */
const WARM_UP = 50

const known = (n) => `known-${n % ACCOUNTS}@example.com`
const KINDS = {
  login: ['/login', (email) => ({ email, password: 'wrong, of course' })],
  signup: ['/signup', (email) => ({ email, password: PASSWORD })],
  forgot: ['/password/forgot', (email) => ({ email })],
}

/**
 * Whether the time of an answer tells if an address has an account: how well the best threshold on
 * times tells both apart (AUC; 0.5 is a guess). One caller, one request at a time, in random order.
 */
export async function run() {
  const postgres = await startPostgres({ fsync: true })
  const database = openPostgres({ url: postgres.url })
  const server = await startServer('confirming', { DATABASE_URL: postgres.url })
  try {
    await fill(database)
    const rows = []
    for (const [name, [path, body]] of Object.entries(KINDS)) {
      const ask = (email) => statusOf(`${server.url}/api/auth${path}`, { body: body(email) })
      rows.push([name, ...describe(await sample(ask))])
    }
    return [
      `${SAMPLES} samples of each kind, in \`verify_first\` mode; PostgreSQL with fsync.`,
      table(['', 'AUC', 'median, known', 'median, unknown', 'answers'], rows),
    ].join('\n\n')
  } finally {
    await server.stop()
    await database.close()
    await postgres.stop()
  }
}

async function fill(database) {
  const password = await hash(PASSWORD, POLICY)
  await database.query({
    text: `insert into "user" (id, name, email, "emailVerified")
           select 'u' || n, 'Ada', 'known-' || n || '@example.com', true
           from generate_series(0, ${ACCOUNTS - 1}) n`,
  })
  await database.query({
    text: `insert into "account" (id, "accountId", "providerId", "userId", password, "updatedAt")
           select 'a' || n, 'u' || n, 'credential', 'u' || n, $1, now()
           from generate_series(0, ${ACCOUNTS - 1}) n`,
    values: [password],
  })
}

async function sample(ask) {
  const times = { known: [], unknown: [] }
  const statuses = new Set()
  for (let n = 0; n < SAMPLES + WARM_UP; n++) {
    const kind = Math.random() < 0.5 ? 'known' : 'unknown'
    const email = kind === 'known' ? known(n) : `other-${n}@example.com`
    const began = performance.now()
    const { status } = await ask(email)
    const took = performance.now() - began
    statuses.add(`${kind} ${status}`)
    if (n >= WARM_UP) times[kind].push(took)
  }
  return { times, statuses }
}

function describe({ times, statuses }) {
  const area = auc(times.known, times.unknown)
  const ms = (numbers) => `${median(numbers).toFixed(2)} ms`
  return [
    Math.max(area, 1 - area).toFixed(3),
    ms(times.known),
    ms(times.unknown),
    [...statuses].sort().join(', '),
  ]
}

/** How often a time of one kind is above one of the other (Mann and Whitney), ties by half. */
function auc(some, others) {
  const all = [
    ...some.map((value) => ({ value, mine: true })),
    ...others.map((value) => ({ value, mine: false })),
  ].sort((one, other) => one.value - other.value)
  let ranks = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    while (end < all.length && all[end].value === all[start].value) end += 1
    const rank = (start + 1 + end) / 2
    for (let index = start; index < end; index++) if (all[index].mine) ranks += rank
    start = end
  }
  return (ranks - (some.length * (some.length + 1)) / 2) / (some.length * others.length)
}
