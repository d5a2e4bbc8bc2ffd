import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'
import { exposedWithin, exposeThieves, leaveAlone } from './race/thief.js'

const ACCESS_SECONDS = 15
const SESSIONS = 100
const OWNERS = 10

let stack: Stack
tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({
    database: 'postgres',
    upTo: 'auth',
    // All of them shrink alike here, so that the share of the windows is that of production.
    times: { access: ACCESS_SECONDS, window: ACCESS_SECONDS / 30 },
  })
})
afterAll(() => stack?.remove())

describe.concurrent('sessions whose refresh token was copied', () => {
  it('end within three lifetimes of an access token', async () => {
    const exposures = await exposeThieves(stack, SESSIONS)

    const inTime = exposedWithin(exposures, 3)
    console.log(`${inTime} of ${SESSIONS}, the last after ${exposures.lifetimes.at(-1)}`)
    expect(inTime).toBeGreaterThanOrEqual(95)
  })

  it('are told from those that their owners have for themselves', async () => {
    expect(await leaveAlone(stack, OWNERS)).toBe(0)
  })
})
