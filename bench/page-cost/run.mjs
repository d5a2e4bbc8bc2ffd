import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../e2e/harness/ports.js'
import { startStack } from '../../e2e/harness/stack.js'
import { buildEnvironment } from '../../scripts/lib/build.mjs'
import { runOrFail } from '../../scripts/lib/run.mjs'
import { nextCli } from '../../scripts/lib/services.mjs'
import { median } from '../lib/measure.mjs'
import { table } from '../lib/report.mjs'

const APP = fileURLToPath(new URL('app', import.meta.url))
const HOOK = new URL('tell-cpu.mjs', import.meta.url).href
const ROUNDS = 15
const REQUESTS = 200
const PARALLEL = 4

const PAGES = [
  { path: '/plain', name: 'without auth' },
  { path: '/proxied', name: 'without auth, behind a proxy that does nothing' },
  { path: '/signed-in', name: '**countersign**: proxy, and the session on the page' },
]

/** CPU milliseconds of the Next.js process for each page, in turn, round after round. */
export async function measurePages() {
  await build()
  const stack = await startStack({ database: 'postgres', upTo: 'auth' })
  const web = await startWeb(stack)
  try {
    const cookie = await cookieOfUser(web)
    const get = (path) => getPage(web.port, path, cookie)
    for (const { path } of PAGES) await spend(web, () => get(path))
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const costs = []
      for (const { path } of PAGES) costs.push(await spend(web, () => get(path)))
      rounds.push(costs)
    }
    return report(rounds)
  } finally {
    web.child.kill('SIGKILL')
    await stack.remove()
  }
}

/** @param {number[][]} rounds milliseconds, by page */
function report(rounds) {
  const rows = PAGES.map(({ name }, page) => {
    const cost = median(rounds.map((costs) => costs[page]))
    const added = median(rounds.map((costs) => costs[page] - costs[0]))
    return [name, cost.toFixed(2), added.toFixed(2)]
  })
  const head = ['server-rendered page, production build', 'ms CPU', 'added']
  const requests = (ROUNDS * REQUESTS).toLocaleString('en')
  return `${requests} requests for each page; medians of ${ROUNDS} rounds.\n\n${table(head, rows)}`
}

/** CPU milliseconds of the server for one request, of a round of them. */
async function spend({ child }, get) {
  const before = await cpuOf(child)
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let count = 0; count < REQUESTS / PARALLEL; count++) await get()
    }),
  )
  return ((await cpuOf(child)) - before) / 1000 / REQUESTS
}

/** Microseconds, of all threads. */
async function cpuOf(child) {
  child.send('cpu')
  const [{ user, system }] = await once(child, 'message')
  return user + system
}

const agent = new Agent({ keepAlive: true })

function getPage(port, path, cookie) {
  return new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port, path, headers: { Cookie: cookie } }
    const outgoing = request(options, async (response) => {
      const page = await text(response)
      const isGood = response.statusCode === 200 && page.includes('Item 49')
      if (isGood) resolve(page)
      else reject(new Error(`${path} was answered with ${response.statusCode}`))
    })
    outgoing.once('error', reject).end()
  })
}

/** @param {import('../../e2e/harness/stack.js').Stack} stack */
async function startWeb(stack) {
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const env = {
    ...buildEnvironment(),
    COUNTERSIGN_URL: stack.authUrl,
    COUNTERSIGN_AUDIENCE: 'todo-api',
    COUNTERSIGN_WEB_ORIGIN: origin,
    COUNTERSIGN_COOKIE_SECRET: randomBytes(32).toString('base64url'),
    COUNTERSIGN_CLIENT_ID: stack.client.id,
    COUNTERSIGN_CLIENT_SECRET: stack.client.secret,
  }
  const args = ['start', '--hostname', '127.0.0.1', '--port', String(port)]
  const child = fork(nextCli(), args, {
    cwd: APP,
    env,
    execArgv: ['--import', HOOK],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await untilReady(`http://127.0.0.1:${port}/plain`)
  return { child, port, origin }
}

async function untilReady(url) {
  for (let tries = 0; tries < 600; tries++) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the web server did not start')
}

async function cookieOfUser({ origin }) {
  const email = `${randomBytes(9).toString('hex')}@example.com`
  const password = randomBytes(12).toString('base64url')
  const response = await fetch(`${origin}/api/auth/signup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify({ email, password }),
  })
  if (response.status !== 201) throw new Error(`the sign-up was answered with ${response.status}`)
  return response.headers.getSetCookie()[0]?.split(';')[0]
}

async function build() {
  rmSync(join(APP, '.next'), { recursive: true, force: true })
  const options = { cwd: APP, env: buildEnvironment() }
  await runOrFail('The build of the pages', process.execPath, [nextCli(), 'build'], options)
}
