import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceTokens } from '../src/devices/device-token.js'
import { auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { startMailingServer } from './mail-server-fixture.js'
import {
  type Account,
  BROWSER,
  expectProblem,
  PASSWORD,
  startServer,
  type TestServer,
} from './server-fixture.js'

const HEADER = 'Countersign-Device'
const COOKIE = '__Host-cs_device'

describe.each(DATABASES)('devices on %s', (_name, open) => {
  let server: TestServer
  beforeAll(async () => {
    const wide = { loginFailuresPerIp: 1000, signupsPerIp: 1000 }
    server = await startServer({ limits: { ...wide, loginFailuresPerAccount: 2 } }, open)
  })
  afterAll(() => server?.close())

  const login = ({ email }: Account, headers: Record<string, string> = {}, password = PASSWORD) =>
    server.post('/login', { email, password }, { 'User-Agent': 'Firefox', ...headers })
  const deviceOf = (answer: Response) => answer.headers.get(HEADER) ?? ''
  const strangeOf = async ({ user }: Account) =>
    (await auditOf(server.database, { userId: user.id })).filter(
      ({ event }) => event === 'sign_in.new_device',
    )
  const devices = async ({ user }: Account) => {
    const text = 'select hash from countersign_devices where user_id = $1'
    return (await server.database.query({ text, values: [user.id] })).length
  }

  it('get a token to be known by, and keep it', async () => {
    const one = await server.signUp()
    const token = deviceOf(await login(one))

    const again = await login(one, { [HEADER]: token })

    expect(token).toMatch(/^csd_[\w-]{43}$/)
    expect([again.status, again.headers.get(HEADER)]).toEqual([200, null])
    expect(await devices(one)).toBe(2)
  })

  it('that are browsers get a cookie beside that of the session', async () => {
    const one = await server.signUp()

    const answer = await login(one, { ...BROWSER })

    const cookies = answer.headers.getSetCookie()
    const [refresh, device] = cookies.map((cookie) => cookie.split('=')[0])
    expect([refresh, device, answer.headers.get(HEADER)]).toEqual([
      '__Host-cs_refresh',
      COOKIE,
      null,
    ])
    expect(cookies[1]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=34560000$/)
    const Cookie = cookies[1]?.split(';')[0] ?? ''
    const again = await login(one, { ...BROWSER, Cookie })
    expect(again.headers.getSetCookie()).toHaveLength(1)
  })

  it('that are known no stranger locks out', async () => {
    const one = await server.signUp()
    const token = deviceOf(await login(one))
    for (let turn = 0; turn < 4; turn += 1) await login(one, {}, 'wrong, of course')
    await expectProblem(await login(one), 429, 'rate_limited')

    expect((await login(one, { [HEADER]: token })).status).toBe(200)
  })

  it('that are known have limits of their own', async () => {
    const one = await server.signUp()
    const token = deviceOf(await login(one))
    const guess = () => login(one, { [HEADER]: token }, 'wrong, of course')

    const statuses = [await guess(), await guess(), await guess()].map(({ status }) => status)

    expect(statuses).toEqual([401, 401, 429])
    expect((await login(one)).status).toBe(200)
  })

  it('of one account are strangers to another', async () => {
    const [one, other] = [await server.signUp(), await server.signUp()]
    const token = deviceOf(await login(one))
    for (let turn = 0; turn < 3; turn += 1) await login(other, {}, 'wrong, of course')

    const answer = await login(other, { [HEADER]: token })

    await expectProblem(answer, 429, 'rate_limited')
  })

  it.each([
    ['of somebody else', deviceTokens([{ version: 1, value: 'x'.repeat(32) }]).make()],
    ['made up', `csd_${randomBytes(32).toString('base64url')}`],
    ['empty', ''],
    ['long', 'csd_'.repeat(1000)],
  ])('with a token that is %s are new ones', async (_what, token) => {
    const one = await server.signUp()

    const answer = await login(one, { [HEADER]: token })

    expect(deviceOf(answer)).toMatch(/^csd_/)
    expect(deviceOf(answer)).not.toBe(token)
  })

  it('that are strange are told of in the log, once', async () => {
    const one = await server.signUp({ 'User-Agent': 'Firefox' })
    await login(one)
    expect(await strangeOf(one)).toEqual([])
    const token = deviceOf(await login(one, { 'User-Agent': 'Opera' }))
    await login(one, { 'User-Agent': 'Opera', [HEADER]: token })
    await login(one, { 'User-Agent': 'Opera' })

    expect(await strangeOf(one)).toMatchObject([{ user_agent: 'Opera' }])
  })

  it('are not more than twenty of a user', async () => {
    const one = await server.signUp()
    for (let turn = 0; turn < 22; turn += 1) {
      await server.database.query({
        text: `insert into countersign_devices (user_id, hash, last_seen_at)
               values ($1, $2, now() - interval '1 day')`,
        values: [one.user.id, randomBytes(32)],
      })
    }

    await login(one)

    expect(await devices(one)).toBe(20)
  })
})

it('tells the user of a strange device by mail', async () => {
  const server = await startMailingServer({ signUpMode: 'instant' })
  const { email } = await server.signUp({ 'User-Agent': 'Firefox' })

  await server.post('/login', { email, password: PASSWORD }, { 'User-Agent': 'Opera' })

  const { text } = await server.mailTo(email, /New sign-in/)
  await server.close()
  expect(text).toContain('Opera')
})
