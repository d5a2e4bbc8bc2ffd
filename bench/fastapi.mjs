import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ensurePython } from '../scripts/lib/python.mjs'
import { load } from './lib/http-load.mjs'
import { median } from './lib/measure.mjs'
import { DISTINCT_TOKENS, makeKeys } from './lib/protected-requests.mjs'
import { ratio, table } from './lib/report.mjs'

const CONNECTIONS = 8
const ROUNDS = 9
const ROUND_MS = 400
const WARM_UP_MS = 1_500
const SERVER = fileURLToPath(new URL('servers/protected.py', import.meta.url))
const REQUIREMENTS = ['python/requirements-dev.txt']
const VERSIONS = `
import platform
from importlib.metadata import version
names = ("fastapi", "uvicorn", "cryptography", "PyJWT")
print(", ".join(["Python " + platform.python_version(), *(f"{n} {version(n)}" for n in names)]))
`

const NAMES = {
  none: 'unprotected',
  'hs256 cached': '**countersign**, HS256 cached',
  'hs256 uncached': '**countersign**, HS256 uncached',
  'eddsa cached': '**countersign**, EdDSA cached',
  'eddsa uncached': '**countersign**, EdDSA uncached',
  PyJWT: 'PyJWT, HS256',
}

/** A protected route of FastAPI beside the same route unprotected, in a process each. */
export async function run() {
  const python = await ensurePython(console.error, {
    requirements: REQUIREMENTS,
    extras: 'fastapi',
  })
  const keys = await makeKeys()
  const contenders = []
  try {
    for (const guard of Object.keys(NAMES)) contenders.push(await start(python, guard, keys))
    for (const contender of contenders) await cost(contender, WARM_UP_MS)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const costs = []
      for (const contender of contenders) costs.push(await cost(contender, ROUND_MS))
      rounds.push(costs)
    }
    return [await describe(python), show(contenders, rounds)].join('\n\n')
  } finally {
    for (const { child } of contenders) child.kill('SIGKILL')
  }
}

async function start(python, guard, { trust, requests }) {
  const env = { ...process.env, TRUST: JSON.stringify(trust) }
  const child = spawn(python, [SERVER, guard], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const port = Number(line)
  return { guard, child, port, requests: requests[guard.startsWith('eddsa') ? 'EdDSA' : 'HS256'] }
}

/** Microseconds of CPU of the server process, all threads, for a request. */
async function cost({ port, requests }, milliseconds) {
  const before = await cpuSeconds(port)
  const count = await load(port, requests, { connections: CONNECTIONS, milliseconds })
  return (((await cpuSeconds(port)) - before) * 1e6) / count
}

async function cpuSeconds(port) {
  const response = await fetch(`http://127.0.0.1:${port}/cpu`)
  return response.json()
}

function show(contenders, rounds) {
  const rows = contenders.map(({ guard }, index) => {
    const factors = rounds.map((costs) => costs[0] / costs[index])
    const added = median(rounds.map((costs) => costs[index] - costs[0]))
    const microseconds = median(rounds.map((costs) => costs[index]))
    return [NAMES[guard], ratio(median(factors)), microseconds.toFixed(0), added.toFixed(0)]
  })
  return table(['', 'ratio', 'µs CPU', 'added'], rows)
}

async function describe(python) {
  const child = spawn(python, ['-c', VERSIONS], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [versions] = await once(createInterface(child.stdout), 'line')
  return `${versions}. ${CONNECTIONS} connections, ${DISTINCT_TOKENS} tokens in turn, one process. PyJWT verifies as the tutorial of FastAPI does, with issuer and audience. "added" is the CPU time beyond that of an unprotected request, in the same round.`
}
