import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '../lib/paths.mjs'
import { freePort } from '../lib/ports.mjs'

interface Ended {
  readonly code: number | null
  readonly text: string
}

let folder: string
let ports: Record<string, string>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-start-'))
  const names = ['PORT', 'API_PORT', 'COUNTERSIGN_PORT']
  const numbers = await Promise.all(names.map(() => freePort()))
  ports = Object.fromEntries(names.map((name, index) => [name, String(numbers[index])]))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the start script on a state folder of its own until it ends. */
function start(env: Record<string, string> = {}, options: string[] = []): Promise<Ended> {
  const all = { PATH: process.env.PATH, COUNTERSIGN_STATE_DIR: folder, ...ports, ...env }
  return new Promise((resolve) => {
    const args = [join(ROOT, 'scripts/start.mjs'), ...options]
    const child = execFile(process.execPath, args, { env: all }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, text: (stdout + stderr).trim() }),
    )
  })
}

function expectOneSentence({ code, text }: Ended): void {
  expect(code).toBe(1)
  expect(text.split('\n')).toHaveLength(1)
  expect(text).toMatch(/^[^\n]+\.$/)
}

describe('npm start', () => {
  it.each(['PORT', 'API_PORT', 'COUNTERSIGN_PORT'])('refuses a taken port of %s', async (name) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(Number(ports[name]), '127.0.0.1', resolve))

    const ended = await start()
    server.close()

    expectOneSentence(ended)
    expect(ended.text).toContain(`Port ${ports[name]}`)
    expect(ended.text).toContain(`process ${process.pid}`)
    expect(ended.text).toContain(`${name}=`)
  })

  it.each([
    [['--api', 'django']],
    [['--api']],
    [['fastapi']],
    [['--api', 'hono', '--api', 'fastapi']],
  ])('refuses %j', async (options) => {
    const ended = await start({}, options)

    expectOneSentence(ended)
    expect(ended.text).toContain('--api fastapi')
  })

  it.each(['nothing', 'constructor', ''])(
    'refuses the example "%s" and lists them',
    async (name) => {
      const ended = await start({}, ['--example', name])

      expectOneSentence(ended)
      expect(ended.text).toContain('todo')
    },
  )

  it('says what is missing for the API in Python', async () => {
    const ended = await start({ PYTHON: '/nowhere/python3' }, [
      ...['--example', 'todo', '--api', 'fastapi'],
    ])

    expectOneSentence(ended)
    expect(ended.text).toContain('Python 3.10 or newer')
  })

  it('refuses a weak secret and names it', async () => {
    writeFileSync(join(folder, 'secrets.env'), 'COUNTERSIGN_SECRET=secret\n')

    const ended = await start()

    expectOneSentence(ended)
    expect(ended.text).toContain('COUNTERSIGN_SECRET in ')
    expect(ended.text).toContain('is shorter than 32 bytes')
  })

  it('refuses a broken database folder, and has made secrets that only the owner reads', async () => {
    writeFileSync(join(folder, 'data'), '')

    const ended = await start()

    expectOneSentence(ended)
    expect(ended.text).toContain('The database folder')
    expect(statSync(join(folder, 'secrets.env')).mode & 0o777).toBe(0o600)
  })
})
