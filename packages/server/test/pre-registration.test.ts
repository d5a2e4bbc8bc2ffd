import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { expectProblem, newEmail, PASSWORD } from './server-fixture.js'

const STRANGERS = 'the password of a stranger'

describe.each(DATABASES)('a sign-up of a stranger that waits, on %s', (_name, open) => {
  let server: MailingServer
  beforeAll(async () => {
    server = await startMailingServer({}, open)
  })
  afterAll(() => server?.close())

  const signUp = (email: string, password: string) => server.post('/signup', { email, password })
  const logIn = (email: string, password: string) => server.post('/login', { email, password })
  /** As a sign-in through a provider makes one: with a verified address, and without a password. */
  const makeAccount = (email: string) =>
    server.database.query({
      text: `insert into "user" (id, name, email, "emailVerified") values ($1, 'Grace', $2, true)`,
      values: [`user of ${email}`, email],
    })

  it('is no password of an account without one that was made meanwhile', async () => {
    const email = newEmail()
    await signUp(email, STRANGERS)
    await makeAccount(email)

    await expectProblem(await logIn(email, STRANGERS), 403, 'email_not_verified')
  })

  it('does not tell by a login whether the address has an account', async () => {
    const [known, unknown] = [newEmail(), newEmail()]
    await makeAccount(known)
    for (const email of [known, unknown]) await signUp(email, STRANGERS)

    for (const password of [STRANGERS, PASSWORD]) {
      const [one, other] = [await logIn(known, password), await logIn(unknown, password)]
      expect([one.status, await one.json()]).toEqual([other.status, await other.json()])
    }
  })
})
