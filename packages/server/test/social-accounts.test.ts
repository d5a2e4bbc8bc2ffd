import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSocialAccounts, type SocialAccounts } from '../src/social/social-accounts.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { newEmail } from './server-fixture.js'
import { createUser } from './session-fixture.js'

describe.each(DATABASES)('an account at a provider on %s', (_name, open) => {
  let opened: TestDatabase
  let accounts: SocialAccounts
  beforeAll(async () => {
    opened = await open()
    accounts = createSocialAccounts(opened.database)
  })
  afterAll(() => opened?.close())

  const somebody = (changed = {}) => ({
    ...{ provider: 'google', accountId: randomUUID(), email: newEmail(), emailVerified: true },
    ...changed,
  })
  const query = <Row>(text: string, ...values: unknown[]) =>
    opened.database.query<Row>({ text, values })
  const newUser = async (isVerified: boolean) => {
    const id = await createUser(opened.database)
    const [row] = await query<{ email: string }>(
      'update "user" set "emailVerified" = $2 where id = $1 returning email',
      ...[id, isVerified],
    )
    return { id, email: row?.email ?? '' }
  }

  it('makes a user with a verified address, and is known from then on', async () => {
    const person = somebody({ name: 'Ada' })

    const first = await accounts.signIn(person)
    const second = await accounts.signIn({ ...person, email: newEmail(), emailVerified: false })

    expect(first).toEqual({ outcome: 'made', userId: expect.any(String) })
    expect(second).toEqual({ ...first, outcome: 'known' })
    const [user] = await query(
      'select name, "emailVerified", role, ver from "user" where email = $1',
      person.email,
    )
    expect(user).toEqual({ name: 'Ada', emailVerified: true, role: 'user', ver: 1 })
  })

  it('is linked to the user of an address that both sides verified', async () => {
    const { id, email } = await newUser(true)

    expect(await accounts.signIn(somebody({ email }))).toEqual({ outcome: 'linked', userId: id })
  })

  it.each([
    ['there', { emailVerified: false }, true],
    ['here', { emailVerified: true }, false],
  ])('is not linked while nobody verified the address %s', async (where, changed, isVerified) => {
    const { id, email } = await newUser(isVerified)

    const found = await accounts.signIn(somebody({ email, ...changed }))

    expect(found).toEqual({ outcome: `unverified_${where}` })
    expect(await query('select id from "account" where "userId" = $1', id)).toEqual([])
  })

  it('makes no user of an unverified address', async () => {
    const person = somebody({ emailVerified: false })

    expect(await accounts.signIn(person)).toEqual({ outcome: 'unverified_there' })
    expect(await query('select id from "user" where email = $1', person.email)).toEqual([])
  })

  it('is another account at another provider', async () => {
    const person = somebody()
    const first = await accounts.signIn(person)

    const other = await accounts.signIn({ ...person, provider: 'github' })

    expect(other).toEqual({ ...first, outcome: 'linked' })
  })

  it('belongs to one user when its address changes between simultaneous sign-ins', async () => {
    const accountId = randomUUID()
    const people = Array.from({ length: 10 }, () => somebody({ accountId }))

    const found = await Promise.all(people.map((person) => accounts.signIn(person)))

    expect(found.map(({ outcome }) => outcome).sort()).toEqual([...Array(9).fill('known'), 'made'])
    const emails = people.map(({ email }) => email)
    expect(await query('select id from "user" where email = any($1)', emails)).toHaveLength(1)
  })

  it('shares a new user with another one of the same address that comes at the same time', async () => {
    const email = newEmail()
    const people = Array.from({ length: 10 }, () => somebody({ email }))

    const found = await Promise.all(people.map((person) => accounts.signIn(person)))

    expect(new Set(found.map((one) => 'userId' in one && one.userId)).size).toBe(1)
    expect(found.filter(({ outcome }) => outcome === 'made')).toHaveLength(1)
  })

  it('cannot be given to two users', async () => {
    const [ada, eve] = [await newUser(true), await newUser(true)]
    const insert = (userId: string) =>
      query(
        `insert into "account" (id, "accountId", "providerId", "userId", "updatedAt")
         values ($1, 'twice', 'google', $2, now())`,
        ...[randomUUID(), userId],
      )
    await insert(ada.id)

    await expect(insert(eve.id)).rejects.toMatchObject({ code: '23505' })
  })
})
