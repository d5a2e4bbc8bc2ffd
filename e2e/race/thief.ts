import { setTimeout as delay } from 'node:timers/promises'
import { assembleClient } from '../../packages/client/src/assemble-client.js'
import type { Client } from '../../packages/client/src/client.js'
import { authApi, tokens } from '../harness/auth-api.js'
import { newPerson } from '../harness/daybook.js'
import type { Stack } from '../harness/stack.js'

/** After so many lifetimes of an access token nobody waits any longer. */
const PATIENCE_LIFETIMES = 6
const ALONE_LIFETIMES = 3
const PACE_MS = 150

/** How sessions ended of which somebody had a copy. */
export interface Exposures {
  /** From the thief's first use to the end of the session, in lifetimes of an access token, sorted. */
  readonly lifetimes: readonly number[]
  /** Sessions that thief and owner still shared at last. */
  readonly unexposed: number
}

/** The share that was exposed within so many lifetimes, as a number of all. */
export function exposedWithin({ lifetimes }: Exposures, most: number): number {
  return lifetimes.filter((lifetime) => lifetime <= most).length
}

/**
 * Sessions side by side, each with an owner and a thief. The owner is our browser client, with its
 * own schedule and jitter. The thief copies the refresh token at some moment of the first lifetime,
 * and comes back at a pace of their own: after half a lifetime to one and a half.
 */
export async function exposeThieves(stack: Stack, sessions: number): Promise<Exposures> {
  const all = Array.from({ length: sessions }, async (_, index) => {
    // A server that hashes passwords for all of them at once would send some away.
    await delay(index * PACE_MS)
    return shareSession(stack)
  })
  const found = await Promise.all(all)
  const lifetimes = found.filter((lifetime) => lifetime !== undefined)
  return { lifetimes: lifetimes.sort((a, b) => a - b), unexposed: sessions - lifetimes.length }
}

/** How many sessions ended that only their owners used, for a while. */
export async function leaveAlone(stack: Stack, sessions: number): Promise<number> {
  const all = Array.from({ length: sessions }, async () => {
    const session = await authApi(stack.authUrl).signUp(newPerson())
    const { client, ended } = ownerOf(stack, session.refreshToken)
    const outcome = await Promise.race([ended, delay(ALONE_LIFETIMES * stack.times.access * 1000)])
    client.close()
    return outcome
  })
  return (await Promise.all(all)).filter((end) => end !== undefined).length
}

/** How long both used it, in lifetimes; undefined if that was not noticed. */
async function shareSession(stack: Stack): Promise<number | undefined> {
  const { access } = stack.times
  const session = await authApi(stack.authUrl).signUp(newPerson())
  const owner = ownerOf(stack, session.refreshToken)
  try {
    await delay(Math.random() * access * 1000)
    const copied = owner.refreshToken()
    const pace = access * (0.5 + Math.random())
    await delay(Math.random() * pace * 1000)
    const began = performance.now()
    const deadline = began + PATIENCE_LIFETIMES * access * 1000
    const ended = await Promise.race([
      owner.ended,
      comeUntilRefused(stack, { copied, pace, deadline }),
      delay(deadline - performance.now()),
    ])
    return ended ? (ended - began) / 1000 / access : undefined
  } finally {
    owner.client.close()
  }
}

/** The browser client, with the refresh token that would be in its cookie. */
function ownerOf({ authUrl }: Stack, first: string) {
  let refreshToken = first
  const refresh = async () => {
    const reply = await authApi(authUrl).refresh(refreshToken)
    if (reply.status === 200) refreshToken = tokens(reply).refreshToken
    return Response.json(reply.body, { status: reply.status })
  }
  const client = assembleClient(
    { server: authUrl, apis: [] },
    {
      fetch: refresh,
      now: () => performance.now() / 1000,
      wallNow: () => Date.now() / 1000,
      random: Math.random,
      timeout,
      openChannel: () => undefined,
      locks: undefined,
      singleFlight: true,
      isVisible: () => true,
      onWake: () => () => {},
    },
  )
  return { client, ended: untilSignedOut(client), refreshToken: () => refreshToken }
}

/** When the client was told that its session is over. */
function untilSignedOut(client: Client): Promise<number> {
  return new Promise((resolve) => {
    client.subscribe(() => {
      if (client.getState().status === 'signed_out') resolve(performance.now())
    })
  })
}

/** As `AbortSignal.timeout`, which Node.js may forget together with its timer. */
function timeout(seconds: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), seconds * 1000).unref()
  return controller.signal
}

/** When the thief was refused for good; never before the deadline if that always works. */
async function comeUntilRefused(
  { authUrl }: Stack,
  { copied, pace, deadline }: { copied: string; pace: number; deadline: number },
): Promise<number | undefined> {
  let refreshToken = copied
  while (performance.now() < deadline) {
    const reply = await authApi(authUrl).refresh(refreshToken)
    if (reply.status === 401) return performance.now()
    if (reply.status === 200) refreshToken = tokens(reply).refreshToken
    await delay(pace * 1000)
  }
  return undefined
}
