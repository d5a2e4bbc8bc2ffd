import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClientAdmin } from '../src/clients/client-admin.js'
import type { Bindings } from '../src/http/caller.js'
import { adminCalls, signUpAdmin } from './admin-fixture.js'
import { auditOf } from './audit-fixture.js'
import { CLIENTS, oauthCalls } from './oauth-fixture.js'
import {
  AS_CLIENT,
  basic,
  bearer,
  CLIENT,
  newEmail,
  PASSWORD,
  SECRET,
  startServer,
  type TestServer,
} from './server-fixture.js'
import { ageAll } from './session-fixture.js'

const from = (remoteAddress: string): Bindings =>
  ({ incoming: { socket: { remoteAddress } } }) as never

let server: TestServer
beforeAll(async () => {
  server = await startServer({ clients: CLIENTS })
})
afterAll(() => server?.close())

const login = (email: string, password: string, ip = '192.0.2.1') =>
  server.call('POST', '/login', {
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'Lynx/2.8' },
    body: JSON.stringify({ email, password }),
    bindings: from(ip),
  })
const linesOf = async (userId: string) => (await auditOf(server.database, { userId })).slice(1)

describe('the audit log of the HTTP API', () => {
  it('knows a sign-in with address, agent and the number of the request', async () => {
    const { email, user } = await server.signUp({ 'User-Agent': 'Lynx/2.8' })

    const answer = await login(email, PASSWORD)

    expect(await linesOf(user.id)).toMatchObject([
      {
        event: 'sign_in.succeeded',
        actor_id: user.id,
        ip: '192.0.2.1',
        user_agent: 'Lynx/2.8',
        client_id: 'public',
        request_id: answer.headers.get('x-request-id'),
        detail: { method: 'password', remember: true },
      },
    ])
  })

  it('knows a refused sign-in with its reason, also of nobody', async () => {
    const { email, user } = await server.signUp()
    await login(email, 'wrong, of course')
    const answer = await login('nobody@example.com', 'wrong, of course')

    expect(await linesOf(user.id)).toMatchObject([
      { event: 'sign_in.refused', detail: { reason: 'invalid_credentials' } },
    ])
    const requestId = answer.headers.get('x-request-id') ?? ''
    const [nobody] = await auditOf(server.database, { requestId })
    expect(nobody).toMatchObject({ event: 'sign_in.refused', user_id: null })
    expect(JSON.stringify(nobody)).not.toContain('nobody@')
  })

  it('knows a refused sign-up', async () => {
    const { email, user } = await server.signUp()

    await server.post('/signup', { email, password: PASSWORD })

    expect(await linesOf(user.id)).toMatchObject([
      { event: 'sign_up.refused', detail: { reason: 'email_taken' } },
    ])
  })

  it('knows who ended which session, and why', async () => {
    const one = await server.signUp()
    const other = await (await login(one.email, PASSWORD)).json()
    await server.call('DELETE', '/sessions', { headers: bearer(one.refreshToken) })
    await server.refresh(other.refreshToken)
    await server.post('/logout', { refreshToken: one.refreshToken })

    const ended = (await linesOf(one.user.id)).filter(({ event }) => event === 'session.ended')
    expect(ended).toMatchObject([
      { actor_id: one.user.id, detail: { reason: 'revoked' } },
      { actor_id: one.user.id, detail: { reason: 'signed_out' } },
    ])
  })

  it('knows a reuse from the statement that ended the session, and from where it came', async () => {
    const { user, refreshToken } = await server.signUp()
    await ageAll(server.database, 60)
    const next = (await (await server.refresh(refreshToken)).json()) as { refreshToken: string }
    await ageAll(server.database, 60)
    await server.refresh(next.refreshToken)
    await ageAll(server.database, 60)
    for (let turn = 0; turn < 3; turn += 1) await server.refresh(refreshToken)

    expect(await linesOf(user.id)).toMatchObject([
      { event: 'session.ended', detail: { reason: 'refresh_reuse' } },
      { event: 'refresh.reuse', request_id: expect.any(String) },
    ])
  })

  it('knows who was not the client they said they are, by whichever way', async () => {
    const [wrong, address] = [basic(CLIENT.id, 'x'.repeat(40)), '198.51.100.7']
    const call = (method: string, path: string, type: string, body?: string) =>
      server.call(method, path, {
        headers: { ...wrong, ...(body ? { 'Content-Type': type } : {}) },
        ...(body ? { body } : {}),
        bindings: from(address),
      })
    const token = { token: 'x' }
    await call('POST', '/login', 'application/json', `{"email":"a@example.com","password":"x"}`)
    await call('GET', '/revocations', '')
    await call(
      'POST',
      '/introspect',
      'application/x-www-form-urlencoded',
      `${new URLSearchParams(token)}`,
    )

    const lines = await auditOf(server.database)
    expect(
      lines.filter(({ event, ip }) => event === 'client.refused' && ip === address),
    ).toMatchObject([{ client_id: CLIENT.id }, { client_id: null }])
  })

  it('has no line for an ordinary refresh', async () => {
    const { user, refreshToken } = await server.signUp()
    await ageAll(server.database, 60)

    expect((await server.refresh(refreshToken)).status).toBe(200)

    expect(await linesOf(user.id)).toEqual([])
  })

  it('is not flooded by who is refused because it was too much', async () => {
    const limited = await startServer({ limits: { loginFailuresPerAccount: 1 } })
    const email = newEmail()
    for (let turn = 0; turn < 5; turn += 1) {
      await limited.post('/login', { email, password: 'wrong, of course' })
    }

    const lines = await auditOf(limited.database)
    await limited.close()
    expect(lines.map(({ event, detail }) => [event, detail.reason])).toEqual([
      ['client.changed', undefined],
      ['sign_in.refused', 'invalid_credentials'],
      ['sign_in.refused', 'rate_limited'],
    ])
  })

  it('holds no secret after everything that can happen', async () => {
    const { grant, introspect, revoke } = oauthCalls(server)
    const boss = await signUpAdmin(server)
    const one = await server.signUp()
    const secrets = new Set([PASSWORD, SECRET, CLIENT.secret, boss.refreshToken, boss.accessToken])
    const keep = async (answer: Response) => {
      const { accessToken, refreshToken } = (await answer.clone().json()) as typeof one
      for (const token of [accessToken, refreshToken]) if (token) secrets.add(token)
    }
    await login(one.email, 'a password that is wrong')
    secrets.add('a password that is wrong')
    await login('a-password@as.address.example', 'x')
    secrets.add('a-password@as.address.example')
    await keep(await login(one.email, PASSWORD))
    await ageAll(server.database, 60)
    await keep(await server.refresh(one.refreshToken))
    await grant(one.refreshToken, AS_CLIENT)
    await introspect(one.refreshToken, AS_CLIENT)
    await server.refresh(one.refreshToken, AS_CLIENT)
    await adminCalls(server, boss).patch(one.user.id, { banned: true, banReason: 'spam' })
    await server.refresh(one.refreshToken)
    await revoke(one.refreshToken)
    secrets.add((await createClientAdmin(server.database).add({ id: 'c9', scopes: [] })) ?? '')
    const stored = await server.database.query<{ secret: string }>({
      text: `select password as secret from "account" where password is not null
             union select token from "session"
             union select encode(salt_hash, 'hex') from countersign_sessions
             union select encode(salt_hash, 'base64') from countersign_sessions
             union select encode(secret_hash, 'hex') from countersign_clients
             where secret_hash is not null`,
    })
    for (const { secret } of stored) secrets.add(secret)

    const written = JSON.stringify(await auditOf(server.database))

    expect(secrets.size).toBeGreaterThan(20)
    expect(written.length).toBeGreaterThan(1000)
    expect([...secrets].filter((secret) => written.includes(secret))).toEqual([])
    expect(written).not.toMatch(/csr_|eyJ|\$argon2|@example\.com/)
  })
})
