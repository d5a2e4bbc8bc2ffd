import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../../scripts/lib/ports.mjs'
import { describeServices, readSettings } from '../../../scripts/lib/services.mjs'
import { supervise } from '../../../scripts/lib/supervise.mjs'
import { START_TIMEOUT_MS } from './apis.js'
import { API_CLIENT, type Issuer, startIssuer } from './issuer.js'

let folder: string
let issuer: Issuer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-fastapi-'))
  issuer = await startIssuer()
})
afterAll(async () => {
  await issuer.close()
  await rm(folder, { recursive: true })
})

/** The API in Python as `npm start -- --api fastapi` runs it, without a database to begin with. */
async function startService() {
  const API_PORT = String(await freePort())
  const env = { PATH: process.env.PATH, API_PORT, COUNTERSIGN_URL: issuer.url }
  const settings = readSettings({ ...env, COUNTERSIGN_STATE_DIR: folder }, 'fastapi')
  const secret = API_CLIENT.secret
  const secrets = {
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_COOKIE_SECRET: secret,
    COUNTERSIGN_CLIENT_SECRET: secret,
    COUNTERSIGN_API_CLIENT_SECRET: secret,
  }
  const lines: string[] = []
  const { after: _, ...api } = describeServices(settings, secrets, env)[1]
  const running = supervise([api], { write: (line) => void lines.push(line), readySeconds: 240 })
  await running.ready.catch((cause) => {
    throw new Error(lines.join('\n'), { cause })
  })
  const token = issuer.token('alice')
  const tasks = (init: RequestInit = {}) =>
    fetch(`http://localhost:${API_PORT}/api/v1/tasks`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    })
  return { tasks, stop: running.stop }
}

it(
  'brings its own PostgreSQL, which keeps the tasks over a restart',
  async () => {
    const first = await startService()
    const added = await first.tasks({ method: 'POST', body: '{"title":"still here"}' })
    const lock = await readFile(join(folder, 'data/api-fastapi/lock'), 'utf8')
    await first.stop()

    const second = await startService()
    const list = await (await second.tasks()).json()
    const parallel = await Promise.all(Array.from({ length: 20 }, () => second.tasks()))
    await second.stop()

    expect(added.status).toBe(201)
    expect(Number(lock)).toBeGreaterThan(0)
    expect(list).toMatchObject({ tasks: [{ title: 'still here' }], counts: { total: 1 } })
    expect(parallel.map(({ status }) => status)).toEqual(Array(20).fill(200))
  },
  START_TIMEOUT_MS,
)
