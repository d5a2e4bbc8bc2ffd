import { hash as bcrypt } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REHASH } from '../src/accounts/account-sql.js'
import { DATABASES } from './databases.js'
import {
  type Account,
  bearer,
  expectProblem,
  PASSWORD,
  startServer,
  type TestServer,
  untilThereIsRoom,
} from './server-fixture.js'

const NEW = 'a new and longer password'
const CURRENT = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/

describe.each(DATABASES)('a user with an older hash on %s', (_name, open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({}, open)
  })
  afterAll(() => server?.close())

  const store = async ({ user }: Account, hash: string) =>
    server.database.query({
      text: `update "account" set password = $2 where "userId" = $1`,
      values: [user.id, hash],
    })
  const stored = async ({ user }: Account) => {
    const [row] = await server.database.query<{ password: string }>({
      text: `select password from "account" where "userId" = $1`,
      values: [user.id],
    })
    return row?.password ?? ''
  }
  const imported = async () => {
    const account = await server.signUp()
    await store(account, await bcrypt(PASSWORD, { cost: 4 }))
    return account
  }
  const logIn = (email: string, password = PASSWORD) =>
    untilThereIsRoom(() => server.post('/login', { email, password }))

  it('signs in with the old password, and has a hash of today then', async () => {
    const account = await imported()

    expect((await logIn(account.email)).status).toBe(200)

    expect(await stored(account)).toMatch(CURRENT)
    expect((await logIn(account.email)).status).toBe(200)
    await expectProblem(await logIn(account.email, `${PASSWORD}!`), 401, 'invalid_credentials')
  })

  it('keeps the hash when the password is wrong', async () => {
    const account = await imported()
    const before = await stored(account)

    await expectProblem(await logIn(account.email, NEW), 401, 'invalid_credentials')

    expect(await stored(account)).toBe(before)
  })

  it('signs in by the whole of a password that bcrypt cut, from then on', async () => {
    const account = await server.signUp()
    const long = 'x'.repeat(72)
    await store(account, await bcrypt(`${long}1`, { cost: 4 }))

    expect((await logIn(account.email, `${long}2`)).status).toBe(200)

    await expectProblem(await logIn(account.email, `${long}1`), 401, 'invalid_credentials')
  })

  it('gets no old password back when it changes while somebody signs in', async () => {
    const account = await imported()
    const change = { currentPassword: PASSWORD, newPassword: NEW }

    const [changed] = await Promise.all([
      untilThereIsRoom(() => server.post('/password/change', change, bearer(account.refreshToken))),
      ...Array.from({ length: 10 }, () => logIn(account.email)),
    ])

    expect(changed.status).toBe(204)
    expect((await logIn(account.email, NEW)).status).toBe(200)
    await expectProblem(await logIn(account.email), 401, 'invalid_credentials')
  })

  it('has the better hash stored only in place of the one that was checked', async () => {
    const account = await imported()
    const old = await stored(account)
    await store(account, 'changed meanwhile')

    await server.database.query({ text: REHASH, values: [account.user.id, old, 'of the old one'] })

    expect(await stored(account)).toBe('changed meanwhile')
  })
})
