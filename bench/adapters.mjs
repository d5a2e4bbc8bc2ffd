import { load } from './lib/http-load.mjs'
import { median } from './lib/measure.mjs'
import { DISTINCT_TOKENS, makeKeys } from './lib/protected-requests.mjs'
import { ratio, table, versions } from './lib/report.mjs'
import { startServer } from './lib/server-process.mjs'

const CONNECTIONS = 16
const ROUNDS = 31
const ROUND_MS = 120
const WARM_UP_MS = 1_500

const OURS = ['hs256 cached', 'hs256 uncached', 'eddsa cached']
const FRAMEWORKS = {
  hono: ['none', 'empty', ...OURS, 'hono/jwt'],
  express: ['none', 'empty', ...OURS, 'express-jwt', 'express-oauth2-jwt-bearer'],
  fastify: ['none', 'empty', ...OURS, '@fastify/jwt', '@fastify/jwt cached'],
  node: ['none', ...OURS],
}

/**
 * A protected route beside the same route unprotected, in a process each. What counts is the CPU
 * time of the server for a request; every request carries a token, also those to nobody's guard.
 */
export async function run() {
  const keys = await makeKeys()
  const sections = [
    `Packages: ${versions('hono', '@hono/node-server', 'express', 'fastify', 'express-jwt', 'express-oauth2-jwt-bearer', '@fastify/jwt')}. ${CONNECTIONS} connections, ${DISTINCT_TOKENS} tokens in turn, NODE_ENV=production. Peers verify HS256 with issuer and audience.`,
    'The ratio is the CPU time of an unprotected request to that of a protected one, in the same round: 1.00 would cost nothing.',
  ]
  for (const framework of Object.keys(FRAMEWORKS)) {
    sections.push(`### ${framework}`, await measure(framework, keys))
  }
  return sections.join('\n\n')
}

async function measure(framework, keys) {
  const contenders = []
  try {
    for (const guard of FRAMEWORKS[framework]) {
      contenders.push(await start(framework, guard, keys))
    }
    for (const contender of contenders) await cost(contender, WARM_UP_MS)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const costs = []
      for (const contender of contenders) costs.push(await cost(contender, ROUND_MS))
      rounds.push(costs)
    }
    return show(contenders, rounds)
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()))
  }
}

async function start(framework, guard, { trust, requests }) {
  const env = { FRAMEWORK: framework, GUARD: guard, TRUST: JSON.stringify(trust) }
  const server = await startServer('protected', env)
  const port = Number(new URL(server.url).port)
  return { guard, server, port, requests: requests[guard === 'eddsa cached' ? 'EdDSA' : 'HS256'] }
}

/** Microseconds of CPU of the server process, all threads, for a request. */
async function cost({ server, port, requests }, milliseconds) {
  const before = await server.ask('cpuSeconds')
  const count = await load(port, requests, { connections: CONNECTIONS, milliseconds })
  return (((await server.ask('cpuSeconds')) - before) * 1e6) / count
}

function show(contenders, rounds) {
  const rows = contenders.map(({ guard }, index) => {
    const factors = rounds.map((costs) => costs[0] / costs[index])
    const microseconds = median(rounds.map((costs) => costs[index]))
    return [nameOf(guard), ratio(median(factors)), microseconds.toFixed(1)]
  })
  return table(['', 'ratio', 'µs CPU'], rows)
}

function nameOf(guard) {
  if (guard === 'none') return 'unprotected'
  if (guard === 'empty') return 'a middleware or hook that does nothing'
  if (!OURS.includes(guard)) return guard
  return `**countersign**, ${guard.replace('hs256', 'HS256').replace('eddsa', 'EdDSA')}`
}
