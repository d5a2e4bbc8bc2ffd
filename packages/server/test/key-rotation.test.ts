import { createVerifier } from '@countersign/verify'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { retireKey, rotateKeys } from '../src/keys/change-keys.js'
import { PUBLISHED_BEFORE_SECONDS, publishedAfterSeconds } from '../src/keys/key-times.js'
import { postgres, type TestDatabase } from './databases.js'
import { ageKeys } from './key-fixture.js'
import { listeningServer } from './listening-fixture.js'
import { AUDIENCE, bearer, callsTo, SECRET } from './server-fixture.js'

const ACCESS_SECONDS = 900
const SESSIONS = 4
/** Rounds of requests that a phase must see before the next one may begin. */
const ROUNDS = 40

type Listening = Awaited<ReturnType<typeof listeningServer>>

let opened: TestDatabase
let servers: [Listening, Listening]
let stopLoad = async () => {}
beforeAll(async () => {
  opened = await postgres()
  const first = await listeningServer(opened.database)
  const second = await listeningServer(opened.database, { url: first.address })
  servers = [first, second]
})
afterAll(async () => {
  await stopLoad()
  await Promise.all((servers ?? []).map(({ close }) => close()))
  await opened?.close()
})

/** Refreshes at one server and uses the token everywhere, again and again, until it is stopped. */
function startLoad(issuer: string, refreshTokens: readonly string[]) {
  const verifiers = servers.map(({ base }) => {
    const keys = { jwksUri: `${base}/jwks`, algorithms: ['EdDSA'] as const, cache: false as const }
    return createVerifier({ issuer, audience: AUDIENCE, ...keys })
  })
  const load = {
    refusals: [] as unknown[],
    /** Tokens that are alive, each with the server that made it. */
    tokens: [] as string[],
    rounds: 0,
    stopped: false,
  }

  const refresh = async ({ base }: Listening, refreshToken: string) => {
    const answer = await fetch(`${base}/refresh`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    })
    if (answer.status !== 200) throw new Error(`a refresh was answered with ${answer.status}`)
    return (await answer.json()) as { accessToken: string; refreshToken: string }
  }
  const use = async (token: string) => {
    for (const verifier of verifiers) await verifier.verify(token)
    for (const { base } of servers) {
      const { status } = await fetch(`${base}/me`, { headers: bearer(token) })
      if (status !== 200) throw new Error(`/me was answered with ${status}`)
    }
  }
  const work = async (given: string, worker: number) => {
    let refreshToken = given
    for (let round = worker; !load.stopped; round++) {
      try {
        const server = servers[round % servers.length] as Listening
        const session = await refresh(server, refreshToken)
        refreshToken = session.refreshToken
        load.tokens.push(session.accessToken)
        await use(session.accessToken)
        await use(load.tokens[(round * 7) % load.tokens.length] ?? session.accessToken)
      } catch (refusal) {
        load.refusals.push(refusal)
      }
      load.rounds++
    }
  }
  const workers = refreshTokens.map(work)

  return {
    load,
    /** Lets so many rounds go by that each one that ran when it was called has ended. */
    async more() {
      const enough = load.rounds + ROUNDS
      await expect
        .poll(() => load.rounds, { timeout: 25_000, interval: 20 })
        .toBeGreaterThan(enough)
    },
    async stop() {
      load.stopped = true
      await Promise.all(workers)
    },
  }
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid as string

it('refuses not one request while a key is made, takes over and leaves', async () => {
  const [one, two] = servers
  const { database } = opened
  const options = { database, accessLifetimeSeconds: ACCESS_SECONDS }
  const secrets = [{ version: 1, value: SECRET }]
  const accounts = await Promise.all(Array.from({ length: SESSIONS }, callsTo(one.server).signUp))
  const keySet = async () => (await fetch(`${two.base}/jwks`)).json()
  const traffic = startLoad(
    one.base,
    accounts.map(({ refreshToken }) => refreshToken),
  )
  const { load } = traffic
  stopLoad = traffic.stop
  const kids = (tokens: readonly string[]) => [...new Set(tokens.map(kidOf))]

  await traffic.more()
  const [old = ''] = kids(load.tokens)

  const { kid: next } = await rotateKeys({ ...options, algorithm: 'EdDSA', secrets })
  await one.server.reloadKeys()
  await traffic.more()
  await two.server.reloadKeys()
  const kept = createLocalJWKSet(await keySet())
  await traffic.more()
  expect(kids(load.tokens)).toEqual([old])

  await ageKeys(database, PUBLISHED_BEFORE_SECONDS)
  await one.server.reloadKeys()
  await traffic.more()
  expect(kids(load.tokens.slice(-ROUNDS)).sort()).toEqual([old, next].sort())
  await two.server.reloadKeys()
  await traffic.more()
  expect(kids(load.tokens.slice(-ROUNDS / 2))).toEqual([next])
  for (const token of load.tokens) await jwtVerify(token, kept)

  // What the old key signed has ended by the time at which it leaves.
  load.tokens.length = 0
  await traffic.more()
  await ageKeys(database, publishedAfterSeconds(ACCESS_SECONDS))
  await Promise.all(servers.map(({ server }) => server.reloadKeys()))
  await traffic.more()
  await retireKey({ ...options, kid: old })
  await Promise.all(servers.map(({ server }) => server.reloadKeys()))
  await traffic.more()
  await traffic.stop()

  expect(load.refusals).toEqual([])
  expect((await keySet()).keys.map(({ kid }: { kid: string }) => kid)).toEqual([next])
}, 120_000)
