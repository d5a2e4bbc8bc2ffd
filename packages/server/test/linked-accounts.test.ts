import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSocialAccounts } from '../src/social/social-accounts.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { bearer, cookieOf, expectProblem, NO_BODY } from './server-fixture.js'
import { createUser } from './session-fixture.js'
import { type SocialServer, somebody, startSocialServer } from './social-fixture.js'

interface Account {
  readonly id: string
  readonly provider: string
}

let server: SocialServer
beforeAll(async () => {
  server = await startSocialServer()
})
afterAll(() => server?.close())

const list = async (token: string): Promise<{ accounts: Account[]; hasPassword: boolean }> =>
  (await server.get('/accounts', bearer(token))).json()
const listed = async (token: string) => (await list(token)).accounts
const unlink = (token: string, id: string) =>
  server.call('DELETE', `/accounts/${id}`, { headers: { ...bearer(token), ...NO_BODY } })

/** Somebody with a password and an account at the provider. */
const withBoth = async () => {
  const account = await server.signUp()
  await server.database.query({
    text: `update "user" set "emailVerified" = true where email = $1`,
    values: [account.email],
  })
  const person = somebody({ email: account.email })
  await server.signIn(person)
  return { ...account, person }
}

describe('the accounts of a user', () => {
  it('are listed, and one at a provider can be forgotten', async () => {
    const { refreshToken, person, user } = await withBoth()
    const { accounts, hasPassword } = await list(refreshToken)
    expect([accounts.map(({ provider }) => provider), hasPassword]).toEqual([['google'], true])

    expect((await unlink(refreshToken, accounts[0]?.id ?? '')).status).toBe(204)

    expect(await list(refreshToken)).toEqual({ accounts: [], hasPassword: true })
    const rows = await server.database.query({
      text: `select actor_id, detail from countersign_audit
             where user_id = $1 and event = 'account.unlinked'`,
      values: [user.id],
    })
    expect(rows).toEqual([{ actor_id: user.id, detail: { provider: 'google' } }])
    // Both addresses are still verified, so the person may link it again.
    expect((await server.signIn(person)).headers.get('location')).not.toContain('error')
  })

  it('keep the last way in', async () => {
    const answer = await server.signIn(somebody())
    const refreshed = await server.fromBrowser('POST', '/refresh', cookieOf(answer))
    const cookie = cookieOf(refreshed) || cookieOf(answer)
    const answered = await server.fromBrowser('GET', '/accounts', cookie)
    const { accounts, hasPassword } = (await answered.json()) as {
      accounts: Account[]
      hasPassword: boolean
    }
    const [only] = accounts
    expect(hasPassword).toBe(false)

    const refused = await server.fromBrowser('DELETE', `/accounts/${only?.id}`, cookie)

    await expectProblem(refused, 409, 'last_sign_in_method')
  })

  it('keep the password, which is changed and not unlinked', async () => {
    const { refreshToken, user } = await withBoth()
    const [password] = await server.database.query<Account>({
      text: `select id from "account" where "providerId" = 'credential' and "userId" = $1`,
      values: [user.id],
    })

    await expectProblem(await unlink(refreshToken, password?.id ?? ''), 404, 'not_found')
    await expectProblem(await unlink(refreshToken, 'x'), 404, 'not_found')
  })

  it('are nobody else’s to forget (GHSA-cq3f-vc6p-68fh)', async () => {
    const ada = await withBoth()
    const eve = await withBoth()
    const [linked] = await listed(ada.refreshToken)

    await expectProblem(await unlink(eve.refreshToken, linked?.id ?? ''), 404, 'not_found')

    expect(await listed(ada.refreshToken)).toHaveLength(1)
  })

  it('are not acted on with an access token', async () => {
    const { accessToken, refreshToken } = await withBoth()
    const [linked] = await listed(refreshToken)

    await expectProblem(await server.get('/accounts', bearer(accessToken)), 401, 'invalid_token')
    await expectProblem(await unlink(accessToken, linked?.id ?? ''), 401, 'invalid_token')
    await expectProblem(await server.get('/accounts'), 401, 'missing_token')
  })
})

describe.each(DATABASES)('two accounts that are unlinked at once on %s', (_name, open) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())

  it('leave one', async () => {
    const accounts = createSocialAccounts(opened.database)
    const userId = await createUser(opened.database)
    for (const provider of ['google', 'github']) {
      await opened.database.query({
        text: `insert into "account" (id, "accountId", "providerId", "userId", "updatedAt")
               values ($1, $1, $2, $3, now())`,
        values: [`${provider}-${userId}`, provider, userId],
      })
    }

    const outcomes = await Promise.all(
      ['google', 'github'].map((provider) => accounts.unlink(userId, `${provider}-${userId}`)),
    )

    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['last', 'unlinked'])
    expect(await accounts.list(userId)).toHaveLength(1)
  })
})
