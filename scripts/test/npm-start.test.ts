import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../lib/paths.mjs'
import { portOwner } from '../lib/port-owner.mjs'
import { accepts, freePort } from '../lib/ports.mjs'

const BUILD_MILLISECONDS = 300_000
const START_MILLISECONDS = 60_000
const account = { email: 'ada@example.com', password: 'correct horse battery staple' }

let folder: string
let ports: Record<'PORT' | 'API_PORT' | 'COUNTERSIGN_PORT', string>
let child: ChildProcess
let lines: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-start-'))
  const [web, api, auth] = await Promise.all([freePort(), freePort(), freePort()])
  ports = { PORT: String(web), API_PORT: String(api), COUNTERSIGN_PORT: String(auth) }
})

afterAll(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the start script until it says that everything is up. */
async function start(): Promise<void> {
  lines = []
  const env = { PATH: process.env.PATH, COUNTERSIGN_STATE_DIR: folder, ...ports }
  child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs')], { env })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(lines.join('\n'))))
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (line.startsWith('Countersign is running')) resolve()
      })
    }
  })
}

const listens = (port: string) => accepts('127.0.0.1', Number(port))

async function portsThatListen(): Promise<string[]> {
  const all = Object.values(ports)
  const answers = await Promise.all(all.map(listens))
  return all.filter((_, index) => answers[index])
}

const url = (name: keyof typeof ports, path: string) => `http://localhost:${ports[name]}${path}`

function post(path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(url('COUNTERSIGN_PORT', path), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
}

async function tasksWith(accessToken: string): Promise<number> {
  const headers = { Authorization: `Bearer ${accessToken}` }
  return (await fetch(url('API_PORT', '/api/v1/tasks'), { headers })).status
}

describe('npm start', () => {
  it(
    'brings up all three, and a new account can use the API',
    async () => {
      await start()

      const session = await (await post('/api/auth/signup', account)).json()

      expect((await fetch(url('PORT', '/'), { redirect: 'manual' })).status).toBeLessThan(400)
      expect(await tasksWith(session.accessToken)).toBe(200)
      expect(await tasksWith('forged')).toBe(401)
    },
    BUILD_MILLISECONDS,
  )

  it('leaves no process behind after kill -9', async () => {
    child.kill('SIGKILL')

    await expect.poll(portsThatListen, { timeout: 10_000 }).toEqual([])
  })

  it(
    'starts again without building anything, with the accounts that were there',
    async () => {
      await start()

      const answer = await post('/api/auth/login', account)

      expect(answer.status).toBe(200)
      expect(lines.filter((line) => /^(Installing|Building)/.test(line))).toEqual([])
    },
    START_MILLISECONDS,
  )

  it('stops the others, with exit code 1 and a sentence, when a process dies', async () => {
    const api = /process (\d+)$/.exec(portOwner(Number(ports.API_PORT)) ?? '')?.[1]
    process.kill(Number(api), 'SIGKILL')

    expect(await once(child, 'close')).toEqual([1, null])
    expect(lines.at(-1)).toMatch(/^The API was ended by SIGKILL, so the others were stopped too/)
    expect(await portsThatListen()).toEqual([])
  })

  it(
    'stops everything on SIGTERM, with exit code 0',
    async () => {
      await start()

      child.kill('SIGTERM')

      expect(await once(child, 'exit')).toEqual([0, null])
      expect(await portsThatListen()).toEqual([])
    },
    START_MILLISECONDS,
  )
})
