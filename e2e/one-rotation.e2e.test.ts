import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi, type Reply, tokens } from './harness/auth-api.js'
import { newPerson } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const PARALLEL = 40

let stack: Stack
tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({
    database: 'postgres',
    upTo: 'auth',
    authInstances: 2,
    times: { access: 30 },
  })
})
afterAll(() => stack?.remove())

describe(`${PARALLEL} parallel refreshes of one token, by two auth servers`, () => {
  it('get the same successor: one rotates and decides for all', async () => {
    const auth = authApi(stack.authUrl)
    const { refreshToken } = await auth.signUp(newPerson())
    await delay(stack.times.window * 1000)

    const replies = await together(() => auth.refresh(refreshToken))

    expect(statusesOf(replies)).toEqual([200])
    expect(new Set(replies.map((reply) => tokens(reply).refreshToken)).size).toBe(1)
    expect(new Set(replies.map((reply) => tokens(reply).accessToken)).size).toBe(PARALLEL)
    const successor = tokens(replies[0] as Reply).refreshToken
    expect(generationOf(successor)).toBe(generationOf(refreshToken) + 1)
  })

  it('get the token itself back while it is fresh: nothing rotates', async () => {
    const auth = authApi(stack.authUrl)
    const { refreshToken } = await auth.signUp(newPerson())

    const replies = await together(() => auth.refresh(refreshToken))

    expect(statusesOf(replies)).toEqual([200])
    const successors = new Set(replies.map((reply) => tokens(reply).refreshToken))
    expect([...successors]).toEqual([refreshToken])
  })

  it('are all refused with one reason when the session has ended', async () => {
    const auth = authApi(stack.authUrl)
    const { refreshToken } = await auth.signUp(newPerson())
    await auth.logout(refreshToken)

    const replies = await together(() => auth.refresh(refreshToken))

    expect(statusesOf(replies)).toEqual([401])
    const reasons = new Set(replies.map(({ body }) => `${body.code} ${body.reason}`))
    expect([...reasons]).toEqual(['session_ended signed_out'])
  })
})

function together(request: () => Promise<Reply>): Promise<Reply[]> {
  return Promise.all(Array.from({ length: PARALLEL }, request))
}

function statusesOf(replies: readonly Reply[]): readonly number[] {
  return [...new Set(replies.map(({ status }) => status))]
}

/** Bytes of a refresh token in front of the generation: version, key id, session id. */
const GENERATION_OFFSET = 18

function generationOf(refreshToken: string): number {
  return Buffer.from(refreshToken.slice('csr_'.length), 'base64url').readUInt32BE(GENERATION_OFFSET)
}
