import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { tokenIn } from './mail-sink.js'
import {
  type Account,
  bearer,
  expectProblem,
  newEmail,
  PASSWORD,
  type SessionBody,
} from './server-fixture.js'

describe.each(DATABASES)('another address on %s', (_name, open) => {
  let server: MailingServer
  let unchanged: Account
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' }, open)
    unchanged = await server.signUp()
  })
  afterAll(() => server?.close())

  const ask = (token: string, newEmail: string, password = PASSWORD) =>
    server.post('/email/change', { newEmail, password }, bearer(token))
  const confirm = (token: string) => server.post('/email/change/confirm', { token })
  const logIn = (email: string) => server.post('/login', { email, password: PASSWORD })
  const member = async (): Promise<Account> => {
    const account = await server.signUp()
    const token = tokenIn((await server.mailTo(account.email, /Confirm/)).text)
    expect((await server.post('/email/verify', { token })).status).toBe(204)
    return account
  }
  const wish = async (account: Account, wanted = newEmail()) => {
    expect((await ask(account.refreshToken, wanted)).status).toBe(202)
    const fromOld = tokenIn((await server.mailTo(account.email, /about to be changed/)).text)
    const fromNew = tokenIn((await server.mailTo(wanted, /new e-mail address/)).text)
    return { wanted, fromOld, fromNew }
  }

  it.each([
    ['the new address first', ['fromNew', 'fromOld']],
    ['the old address first', ['fromOld', 'fromNew']],
  ] as const)('needs both to agree, %s', async (_order, [first, second]) => {
    const account = await member()
    const links = await wish(account)

    expect((await confirm(links[first])).status).toBe(202)
    expect((await logIn(account.email)).status).toBe(200)
    expect((await confirm(links[second])).status).toBe(204)

    await expectProblem(await logIn(account.email), 401, 'invalid_credentials')
    expect((await logIn(links.wanted)).status).toBe(200)
    const refreshed = (await (await server.refresh(account.refreshToken)).json()) as SessionBody
    expect(refreshed.user).toMatchObject({ email: links.wanted, emailVerified: true })
    const told = await server.mailTo(account.email, /address was changed/)
    expect(told.text).toContain(links.wanted)
    await expectProblem(await confirm(links[first]), 400, 'link_invalid')
  })

  it('is there when both agree at the same moment', async () => {
    const account = await member()
    const { fromNew, fromOld, wanted } = await wish(account)

    const answers = await Promise.all([confirm(fromNew), confirm(fromOld)])

    expect(answers.map(({ status }) => status).every((status) => status < 300)).toBe(true)
    expect((await logIn(wanted)).status).toBe(200)
  })

  it('needs the new one alone where the old one was never confirmed', async () => {
    const account = await server.signUp()
    const wanted = newEmail()
    await ask(account.refreshToken, wanted)

    const token = tokenIn((await server.mailTo(wanted, /new e-mail address/)).text)

    expect((await confirm(token)).status).toBe(204)
    expect((await logIn(wanted)).status).toBe(200)
    const mails = await server.mailsTo(account.email)
    expect(mails.map(({ subject }) => subject)).not.toContain(
      'Your e-mail address is about to be changed',
    )
  })

  it('needs the old one as well that was confirmed since the wish', async () => {
    const account = await server.signUp()
    const wanted = newEmail()
    await ask(account.refreshToken, wanted)
    const verification = tokenIn((await server.mailTo(account.email, /Confirm/)).text)
    await server.post('/email/verify', { token: verification })

    const token = tokenIn((await server.mailTo(wanted, /new e-mail address/)).text)

    await expectProblem(await confirm(token), 400, 'link_invalid')
    expect((await logIn(account.email)).status).toBe(200)
  })

  it('is not made of halves of different wishes', async () => {
    const account = await member()
    const first = await wish(account)
    await confirm(first.fromOld)
    await server.mailsTo(account.email)
    const second = newEmail()
    await ask(account.refreshToken, second)
    const fromNew = tokenIn((await server.mailTo(second, /new e-mail address/)).text)

    expect((await confirm(fromNew)).status).toBe(202)
    await expectProblem(await confirm(first.fromNew), 400, 'link_invalid')

    expect((await logIn(account.email)).status).toBe(200)
  })

  it('is not told to be somebody’s already, and not taken from them', async () => {
    const [account, other] = [await member(), await member()]
    const before = (await server.mailsTo(other.email)).length

    const answer = await ask(account.refreshToken, other.email)

    expect([answer.status, await answer.text()]).toEqual([202, ''])
    expect(await server.mailsTo(other.email)).toHaveLength(before)
  })

  it('is not taken from somebody who signed up with it meanwhile', async () => {
    const account = await member()
    const { wanted, fromOld, fromNew } = await wish(account)
    await server.post('/signup', { email: wanted, password: `${PASSWORD}!` })
    await confirm(fromOld)

    await expectProblem(await confirm(fromNew), 400, 'link_invalid')

    expect((await logIn(account.email)).status).toBe(200)
  })

  it('takes the links to the old address back', async () => {
    const account = await member()
    await server.post('/password/forgot', { email: account.email })
    const reset = tokenIn((await server.mailTo(account.email, /Choose/)).text)
    const { fromOld, fromNew } = await wish(account)
    await confirm(fromOld)
    await confirm(fromNew)

    const answer = await server.post('/password/reset', { token: reset, password: `${PASSWORD}!` })

    await expectProblem(answer, 400, 'link_invalid')
  })

  it.each<[string, (account: Account) => Promise<Response>, number, string]>([
    ['a wrong password', (a) => ask(a.refreshToken, newEmail(), 'x'), 401, 'invalid_credentials'],
    ['the same address', (a) => ask(a.refreshToken, a.email), 400, 'invalid_request'],
    ['an access token', (a) => ask(a.accessToken, newEmail()), 401, 'invalid_token'],
    [
      'two addresses',
      (a) => ask(a.refreshToken, 'a@x.example,b@y.example'),
      400,
      'invalid_request',
    ],
  ])('is refused with %s, and nothing is sent', async (_what, act, status, code) => {
    const before = (await server.mailsTo(unchanged.email)).length

    await expectProblem(await act(unchanged), status, code as 'invalid_request')

    expect(await server.mailsTo(unchanged.email)).toHaveLength(before)
  })
})
