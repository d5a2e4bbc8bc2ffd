import { setTimeout as delay } from 'node:timers/promises'
import { createVerifier, type StalePolicy, type Verifier } from '@countersign/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi, callWithToken, type Reply, tokens } from './harness/auth-api.js'
import { newPerson } from './harness/daybook.js'
import { countersign } from './harness/operator.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const PROMISED_MS = 1000
/** Verifiers wait for up to 10 s before they try a dead server again. */
const PATIENCE_MS = 25_000
const STALE_AFTER_MS = 15_000

let stack: Stack
tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', upTo: 'api', fastapi: true, authInstances: 2 })
}, 300_000)
afterAll(() => stack?.remove())

/** The same API in two languages. */
const apis = () => ({ hono: stack.apiUrl, fastapi: stack.fastapiUrl })
const me = (api: string, token: string): Promise<Reply> =>
  callWithToken(`${api}/api/v1/auth/me`, token)

describe('what happens to a user in one process', () => {
  it('is known to APIs in two languages within a second: a ban', async () => {
    const person = newPerson()
    const { accessToken } = await authApi(stack.authUrl).signUp(person)
    await expectEverywhere(accessToken, 200)

    const banned = countersign(stack, 'users', 'ban', person.email, '--reason', 'spam')

    const took = await refusedEverywhereSince(accessToken, banned)
    tell('a ban', took)
    expect(Math.max(...Object.values(took))).toBeLessThan(PROMISED_MS)
  })

  it('is known within a second: a sign-out', async () => {
    const auth = authApi(stack.authUrl)
    const { accessToken, refreshToken } = await auth.signUp(newPerson())
    await expectEverywhere(accessToken, 200)

    const took = await refusedEverywhereSince(accessToken, auth.logout(refreshToken))

    tell('a sign-out', took)
    expect(Math.max(...Object.values(took))).toBeLessThan(PROMISED_MS)
  })

  it('is in the next token: a change of role', async () => {
    const person = newPerson()
    const auth = authApi(stack.authUrl)
    const { accessToken, refreshToken } = await auth.signUp(person)
    await expectEverywhere(accessToken, 200)

    const took = await refusedEverywhereSince(
      accessToken,
      countersign(stack, 'users', 'role', person.email, 'editor'),
    )
    const renewed = tokens(await auth.refresh(refreshToken))

    tell('a change of role', took)
    expect(Math.max(...Object.values(took))).toBeLessThan(PROMISED_MS)
    for (const api of Object.values(apis())) {
      expect((await me(api, renewed.accessToken)).body.role).toBe('editor')
    }
  })

  it('concerns nobody else', async () => {
    const auth = authApi(stack.authUrl)
    const [gone, stays] = [newPerson(), newPerson()]
    await auth.signUp(gone)
    const { accessToken } = await auth.signUp(stays)

    await countersign(stack, 'users', 'delete', gone.email)

    await delay(PROMISED_MS)
    await expectEverywhere(accessToken, 200)
  })
})

describe('while every auth server is dead', () => {
  it('valid tokens go on, policies do what they say, and nothing is missed afterwards', async () => {
    const auth = authApi(stack.authUrl)
    const person = newPerson()
    const stays = await auth.signUp(newPerson())
    const ended = await auth.signUp(person)
    const verifiers = await listen()
    await Promise.all(stack.auth.map((server) => server.kill()))

    await untilStale(verifiers)
    await expectEverywhere(stays.accessToken, 200)
    expect(await outcomes(verifiers, stays.accessToken)).toEqual({
      open: 'accepted',
      closed: 'service_unavailable',
      introspect: 'service_unavailable',
    })

    // A ban while nobody hears of it: the table keeps it.
    await countersign(stack, 'users', 'ban', person.email)
    expect((await me(stack.apiUrl, ended.accessToken)).status).toBe(200)
    await Promise.all(stack.auth.map((server) => server.start()))

    const took = await refusedEverywhereSince(ended.accessToken, Promise.resolve())
    tell('a ban during the outage, once the server is back', took)
    await expectEverywhere(stays.accessToken, 200)
    await untilLive(verifiers)
    expect(await outcomes(verifiers, stays.accessToken)).toEqual({
      open: 'accepted',
      closed: 'accepted',
      introspect: 'accepted',
    })
    for (const verifier of Object.values(verifiers)) verifier.close()
  }, 120_000)
})

async function expectEverywhere(token: string, status: number): Promise<void> {
  const replies = await Promise.all(Object.values(apis()).map((api) => me(api, token)))
  expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status))
}

/** Milliseconds from the end of an act to the first refusal, for each API. */
async function refusedEverywhereSince(
  token: string,
  act: Promise<unknown>,
): Promise<Record<string, number>> {
  const watched = Object.entries(apis()).map(
    async ([name, api]) => [name, await firstRefusal(api, token)] as const,
  )
  await act
  const began = performance.now()
  const refused = await Promise.all(watched)
  return Object.fromEntries(
    refused.map(([name, at]) => [name, Math.round(Math.max(0, at - began))]),
  )
}

async function firstRefusal(api: string, token: string): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const { status, body } = await me(api, token)
    if (status !== 200) {
      expect([status, body.code]).toEqual([401, 'invalid_token'])
      return performance.now()
    }
    await delay(5)
  }
  throw new Error(`${api} still accepts the token`)
}

type Verifiers = Readonly<Record<StalePolicy, Verifier>>

/** One verifier for each policy, all of them live. */
async function listen(): Promise<Verifiers> {
  const issuer = `${stack.authUrl}/api/auth`
  const make = (whenStale: StalePolicy) =>
    createVerifier({
      ...{ issuer, audience: 'todo-api', algorithms: ['EdDSA'], jwksUri: `${issuer}/jwks` },
      revocations: { ...stack.apiClient, whenStale },
      onWarning: () => {},
    })
  const verifiers = { open: make('open'), closed: make('closed'), introspect: make('introspect') }
  await Promise.all(Object.values(verifiers).map((verifier) => verifier.ready()))
  await untilLive(verifiers)
  return verifiers
}

async function untilLive(verifiers: Verifiers): Promise<void> {
  await until(verifiers, 'live', PATIENCE_MS)
}

async function untilStale(verifiers: Verifiers): Promise<void> {
  await until(verifiers, 'stale', PATIENCE_MS)
  for (const { feed } of Object.values(verifiers)) {
    expect(feed.lagMs).toBeGreaterThan(STALE_AFTER_MS)
  }
}

async function until(verifiers: Verifiers, state: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (Object.values(verifiers).some(({ feed }) => feed.state !== state)) {
    if (performance.now() > deadline) throw new Error(`the feeds are not ${state}`)
    await delay(50)
  }
}

async function outcomes(verifiers: Verifiers, token: string): Promise<Record<string, string>> {
  const made = Object.entries(verifiers).map(async ([policy, verifier]) => {
    const outcome = await verifier.verify(token).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    )
    return [policy, outcome] as const
  })
  return Object.fromEntries(await Promise.all(made))
}

function tell(what: string, milliseconds: Record<string, number>): void {
  console.log(`${what}: first refusal after`, milliseconds, 'ms')
}
