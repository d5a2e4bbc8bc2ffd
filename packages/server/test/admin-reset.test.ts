import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminCalls, signUpAdmin } from './admin-fixture.js'
import { auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { tokenIn } from './mail-sink.js'
import { type Account, bearer, expectProblem, PASSWORD, startServer } from './server-fixture.js'

const NEW = 'a new and longer password'

describe.each(DATABASES)('a password that an administrator takes away on %s', (_name, open) => {
  let server: MailingServer
  let boss: Account
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' }, open)
    boss = await signUpAdmin(server)
  })
  afterAll(() => server?.close())

  const forceReset = (userId: string, by = boss) =>
    server.call('POST', `/admin/users/${userId}/reset-password`, {
      headers: bearer(by.refreshToken),
    })
  const login = (email: string, password: string) => server.post('/login', { email, password })

  it('lets nobody in, and its owner makes another by mail', async () => {
    const { email, user, refreshToken } = await server.signUp()

    expect((await forceReset(user.id)).status).toBe(204)

    await expectProblem(await server.refresh(refreshToken), 401, 'session_ended')
    await expectProblem(await login(email, PASSWORD), 401, 'invalid_credentials')
    const token = tokenIn((await server.mailTo(email, /Choose a new password/)).text)
    expect((await server.post('/password/reset', { token, password: NEW })).status).toBe(204)
    expect((await login(email, NEW)).status).toBe(200)
    const lines = await auditOf(server.database, { userId: user.id })
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'password.reset_forced', actor_id: boss.user.id }),
    )
  })

  it('is not the own one, and somebody has to be there', async () => {
    await expectProblem(await forceReset(boss.user.id), 409, 'own_account')
    await expectProblem(await forceReset('nobody'), 404, 'not_found')
    const stranger = await server.signUp()
    await expectProblem(await forceReset(boss.user.id, stranger), 403, 'insufficient_role')
    expect((await login(boss.email, PASSWORD)).status).toBe(200)
  })
})

it('stays where no mail could bring another', async () => {
  const server = await startServer()
  const [boss, one] = [await signUpAdmin(server), await server.signUp()]

  const answer = await server.call('POST', `/admin/users/${one.user.id}/reset-password`, {
    headers: bearer(boss.refreshToken),
  })

  await expectProblem(answer, 400, 'invalid_request')
  expect((await adminCalls(server, boss).get('/users')).status).toBe(200)
  expect((await server.refresh(one.refreshToken)).status).toBe(200)
  await server.close()
})
