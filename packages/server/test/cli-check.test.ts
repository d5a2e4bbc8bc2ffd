import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from './child-process.js'
import { run } from './cli-process.js'
import { ACCOUNT, type ApiSetUp, authServers, JWT_SECRET, startApi } from './set-up-fixture.js'

const PATIENCE = 60_000
const ENV = {
  COUNTERSIGN_JWT_SECRET: JWT_SECRET,
  COUNTERSIGN_AUDIENCE: 'todo-api',
  COUNTERSIGN_CHECK_EMAIL: ACCOUNT.email,
  COUNTERSIGN_CHECK_PASSWORD: ACCOUNT.password,
}

let servers: Awaited<ReturnType<typeof authServers>>
let url: string
beforeAll(async () => {
  await build()
  servers = await authServers()
  url = await servers.start({ options: { algorithm: 'HS256', jwtSecret: JWT_SECRET } })
}, PATIENCE)
afterAll(() => servers?.close())

async function checkApi(setUp: Partial<ApiSetUp>, ...flags: string[]) {
  const api = await startApi({ issuer: `${url}/api/auth`, secret: JWT_SECRET, ...setUp })
  const ended = await run(['check', api.url, ...flags], { ...ENV, COUNTERSIGN_URL: url })
  api.close()
  return ended
}

describe('countersign check', { timeout: PATIENCE }, () => {
  it('ends with 0 where every rule holds, and says each', async () => {
    const { code, stdout, stderr } = await checkApi({})

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^api\n {2}ok {4}it answers\n/)
    expect(stdout).toMatch(/\n\d+ hold, 0 do not, /)
    expect(stdout).not.toContain(JWT_SECRET)
  })

  it('ends with 2 where one does not, and names it in JSON', async () => {
    const { code, stdout } = await checkApi({ verifiesExp: false }, '--json')

    const report = JSON.parse(stdout)
    expect([code, report.ok, report.counts.fail]).toEqual([2, false, 1])
    expect(report.findings).toContainEqual(
      expect.objectContaining({ part: 'api', rule: 'expired', level: 'fail' }),
    )
  })

  it('counts a warning as a fault with --strict only', async () => {
    const setUp = { headers: { 'Access-Control-Allow-Origin': '*' } }

    const [lenient, strict] = [await checkApi(setUp), await checkApi(setUp, '--strict')]

    expect([lenient.code, strict.code]).toEqual([0, 2])
    expect(lenient.stdout).toMatch(/warn {2}open_cors: CORS is open to every origin/)
  })

  it.each<[string, string[], Record<string, string>, string]>([
    ['the address is none', ['localhost'], {}, 'the address must be an http or https URL'],
    [
      'a key is none',
      ['http://localhost:1/', '--kind', 'api'],
      { COUNTERSIGN_CHECK_KEY: '{}' },
      'JWK',
    ],
    ['an account has no password', ['http://x/'], { COUNTERSIGN_CHECK_EMAIL: 'a@b.c' }, 'PASSWORD'],
  ])('ends with 1 and one sentence where %s', async (_name, args, env, sentence) => {
    const { code, stdout, stderr } = await run(['check', ...args], env)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
    expect(stderr).toContain(sentence)
  })

  it('ends with 1 where nobody listens', async () => {
    const gone = await startApi({ issuer: `${url}/api/auth` })
    gone.close()

    const { code, stdout, stderr } = await run(['check', gone.url])

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: \S+ does not answer \(\w+\)\n$/)
  })

  it('takes a token from standard input, never from the command line', async () => {
    const { stdout } = await run(['check', '--help'])

    expect(stdout).toContain('--token-stdin')
    expect(stdout).not.toMatch(/--(token|password|secret|key)\b(?!-stdin)/)
  })
})
