import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi, type Reply, tokens } from './harness/auth-api.js'
import { newPerson } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

/** Grace beside cadences of about a second: wider than 30 s beside 15 minutes, so harder. */
const WINDOW_SECONDS = 0.2
const PATIENCE_SECONDS = 25

/** How often owner and thief come back, in seconds; the thief starts half of his time later. */
const CADENCES = [
  { owner: 1, thief: 1 },
  { owner: 1, thief: 1.3 },
  { owner: 1.3, thief: 0.9 },
  { owner: 0.8, thief: 2.1 },
  { owner: 2.1, thief: 0.8 },
] as const

let stack: Stack
tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({
    database: 'postgres',
    upTo: 'auth',
    times: { access: 30, window: WINDOW_SECONDS },
  })
})
afterAll(() => stack?.remove())

describe.concurrent('a copied refresh token', () => {
  it.each(CADENCES)(
    'is exposed when both use it, every $owner s and $thief s, and ends that session only',
    async (every) => {
      const auth = authApi(stack.authUrl)
      const person = newPerson()
      const { refreshToken: copied } = await auth.signUp(person)
      const elsewhere = await auth.login(person)
      const somebodyElse = await auth.signUp(newPerson('Grace'))

      const [first, second] = await Promise.all([
        useUntilRefused(copied, { everySeconds: every.owner }),
        useUntilRefused(copied, { everySeconds: every.thief, startSeconds: every.thief / 2 }),
      ])

      expect([first.body.code, second.body.code].sort()).toEqual([
        'refresh_reused',
        'session_ended',
      ])
      const late = first.body.code === 'session_ended' ? first : second
      expect(late.body.reason).toBe('refresh_reuse')
      expect((await auth.refresh(elsewhere.refreshToken)).status).toBe(200)
      expect((await auth.refresh(somebodyElse.refreshToken)).status).toBe(200)
    },
  )

  it('is not seen where there is none: an owner alone is never refused', async () => {
    const auth = authApi(stack.authUrl)

    const refusals = CADENCES.map(async ({ owner: everySeconds }) => {
      const session = await auth.signUp(newPerson())
      return useUntilRefused(session.refreshToken, { everySeconds, forSeconds: 6 })
    })

    expect(await Promise.allSettled(refusals)).toEqual(
      CADENCES.map(() => expect.objectContaining({ reason: NEVER_REFUSED })),
    )
  })

  it('of a web server is worth nothing without its credential, and does no harm', async () => {
    const web = authApi(stack.authUrl, stack.client)
    const { refreshToken } = await web.signUp(newPerson())
    const wrong = { ...stack.client, secret: 'x'.repeat(43) }

    const stolen = await authApi(stack.authUrl).refresh(refreshToken)
    const guessed = await authApi(stack.authUrl, wrong).refresh(refreshToken)

    expect([stolen.status, stolen.body.code]).toEqual([401, 'invalid_client'])
    expect([guessed.status, guessed.body.code]).toEqual([401, 'invalid_client'])
    expect((await web.refresh(refreshToken)).status).toBe(200)
  })
})

const NEVER_REFUSED = new Error('it was never refused')

/** Comes back again and again with the newest token it got; rejects if that always works. */
async function useUntilRefused(
  copied: string,
  options: { everySeconds: number; startSeconds?: number; forSeconds?: number },
): Promise<Reply> {
  const { everySeconds, startSeconds = 0, forSeconds = PATIENCE_SECONDS } = options
  const auth = authApi(stack.authUrl)
  const deadline = Date.now() + forSeconds * 1000
  let refreshToken = copied
  await delay(startSeconds * 1000)
  while (Date.now() < deadline) {
    await delay(everySeconds * 1000)
    const reply = await auth.refresh(refreshToken)
    if (reply.status !== 200) return reply
    refreshToken = tokens(reply).refreshToken
  }
  throw NEVER_REFUSED
}
