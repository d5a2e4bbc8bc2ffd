import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from '../scripts/lib/paths.mjs'
import { authApi } from './harness/auth-api.js'
import { newPerson } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

interface Report {
  readonly ok: boolean
  readonly findings: readonly { part: string; rule: string; level: string; detail?: string }[]
}

let stack: Stack

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', fastapi: true })
}, 300_000)
afterAll(() => stack?.remove())

/** Runs the command line as somebody on this machine does who has these settings. */
function countersign(args: readonly string[], env: NodeJS.ProcessEnv) {
  const cli = join(ROOT, 'packages/server/dist/cli.js')
  const settings = { PATH: process.env.PATH, COUNTERSIGN_AUDIENCE: 'todo-api', ...env }
  return new Promise<{ code: number; report: Report; stderr: string }>((resolve) => {
    execFile(process.execPath, [cli, ...args, '--json'], { env: settings }, (error, out, stderr) =>
      resolve({ code: Number(error?.code ?? 0), report: JSON.parse(out || '{}'), stderr }),
    )
  })
}

const operator = () => ({
  COUNTERSIGN_URL: stack.authUrl,
  COUNTERSIGN_WEB_ORIGIN: stack.webOrigin,
  DATABASE_URL: stack.postgres?.url,
  COUNTERSIGN_SECRET: stack.rootSecret,
})

const unsound = ({ findings }: Report) =>
  findings.filter(({ level }) => level === 'fail' || level === 'warn')
const untried = ({ findings }: Report) =>
  findings.filter(({ level }) => level === 'skip').map(({ rule }) => rule)

it.each(['hono', 'fastapi'] as const)(
  'proves that all parts agree: the API on %s',
  async (kind) => {
    const api = kind === 'hono' ? stack.apiUrl : stack.fastapiUrl

    const { code, report, stderr } = await countersign(['doctor', '--api', api], operator())

    expect({ unsound: unsound(report), stderr }).toEqual({ unsound: [], stderr: '' })
    expect([code, report.ok]).toEqual([0, true])
    // Nothing has been reused or rotated for lack of time, and no key has left yet.
    expect(untried(report)).toEqual(['reuse', 'old_key'])
    expect(new Set(report.findings.map(({ part }) => part))).toEqual(
      new Set(['settings', 'auth server', 'api', 'web']),
    )
  },
)

it('checks each API and the auth server by themselves', async () => {
  const person = newPerson('Hedy')
  await authApi(stack.authUrl).signUp(person)
  const account = {
    COUNTERSIGN_CHECK_EMAIL: person.email,
    COUNTERSIGN_CHECK_PASSWORD: person.password,
    COUNTERSIGN_URL: stack.authUrl,
  }

  const reports = [
    await countersign(['check', `${stack.apiUrl}/api/v1/auth/me`], account),
    await countersign(['check', `${stack.fastapiUrl}/api/v1/auth/me`], account),
    await countersign(['check', stack.authUrl], account),
  ]

  for (const { code, report } of reports) {
    expect(unsound(report)).toEqual([])
    expect(code).toBe(0)
  }
})

it('names what is wrong when the web application is pointed at another address', async () => {
  const env = {
    ...operator(),
    COUNTERSIGN_WEB_ORIGIN: stack.webOrigin.replace('localhost', '127.0.0.1'),
  }

  const { code, report } = await countersign(['doctor', '--api', stack.apiUrl], env)

  expect(code).toBe(2)
  expect(report.findings).toContainEqual(
    expect.objectContaining({ part: 'web', rule: 'sign_in', level: 'fail' }),
  )
})
