import { setTimeout as delay } from 'node:timers/promises'
import type { RequestGesture, Scene } from './gestures.js'
import type { Move, Moves } from './system.js'

/** How long a backend answers with errors: ten seconds beside 15 minutes would be far less. */
const OUTAGE_MS = 1500
const RETRY_MS = 500
/** A backend that starts on a busy machine takes its time. */
const PATIENCE_MS = 90_000

/** Gestures that are made of requests; pages without their scripts. */
export const REQUEST_GESTURES: readonly RequestGesture[] = [
  gesture('page that asks in the browser only', ({ ask }) => ask),
  gesture('page with a server component', ({ page }) => page),
  gesture('the same, and the browser asks too', ({ pageAndAsk }) => pageAndAsk),
  gesture('three reads in one page, and the browser', ({ threeReadsAndAsk }) => threeReadsAndAsk),
  gesture('proxy, and a page with a server component', ({ proxiedPage }) => proxiedPage),
  gesture('proxy, and a page that does not ask', ({ proxiedPlainPage }) => proxiedPlainPage),
  {
    ...gesture('five links prefetched at once', ({ prefetch }) => times(5, prefetch)),
    isSimultaneous: true,
  },
  {
    ...gesture('20 links prefetched at once', ({ prefetch }) => times(20, prefetch)),
    isSimultaneous: true,
  },
  gesture('route handler that may write cookies', ({ handler }) => handler),
  gesture('route handler that only reads', ({ readingHandler }) => readingHandler),
  {
    ...gesture('three route handlers at once', ({ handler }) => thrice(handler)),
    isSimultaneous: true,
  },
  {
    ...gesture('server action', () => undefined),
    appliesTo: ({ openForm }) => openForm !== undefined,
    make: async ({ system, user, expiry }) => {
      const send = await system.moves.openForm?.(user)
      await expiry()
      await send?.()
    },
  },
  {
    ...gesture('response lost, second try after 0.5 s', ({ loseAnswer }) => loseAnswer),
    make: (scene) => loseAndReturn(scene, RETRY_MS),
  },
  {
    ...gesture('response lost, back after the grace window', ({ loseAnswer }) => loseAnswer),
    make: (scene) => loseAndReturn(scene, pastGrace(scene)),
  },
  {
    ...gesture('auth server answers 500 for a while', ({ ask }) => ask),
    make: meetErrors,
  },
  {
    ...gesture('auth server restarts', ({ ask }) => ask),
    isForAll: true,
    make: meetRestart,
  },
]

/** A gesture of one move, which is made as soon as the token has run out. */
function gesture(title: string, moveOf: (moves: Moves) => Move | undefined): RequestGesture {
  return {
    title,
    kind: 'requests',
    appliesTo: (moves) => moveOf(moves) !== undefined,
    make: async ({ system, user, expiry }) => {
      await expiry()
      await moveOf(system.moves)?.(user)
    },
  }
}

function times(count: number, prefetch: Moves['prefetch']): Move | undefined {
  return prefetch && ((user) => prefetch(user, count))
}

function thrice(move: Move | undefined): Move | undefined {
  return move && ((user) => Promise.all([move(user), move(user), move(user)]))
}

/** Before the next token ends. */
function pastGrace({ system: { graceSeconds } }: Scene): number {
  return (graceSeconds + 0.5) * 1000
}

async function loseAndReturn({ system, user, expiry }: Scene, pauseMs: number): Promise<void> {
  await expiry()
  await system.moves.loseAnswer(user)
  await delay(pauseMs)
  await system.moves.ask(user)
}

/** The user looks at a page, asks, and asks again until the errors are over. */
async function meetErrors({ system, user, expiry }: Scene): Promise<void> {
  await expiry()
  system.failFor(user, true)
  const { page, ask } = system.moves
  await page?.(user)
  await ask(user)
  await delay(OUTAGE_MS)
  await ask(user)
  system.failFor(user, false)
  await ask(user)
}

async function meetRestart({ system, user, expiry }: Scene): Promise<void> {
  await expiry()
  const isBack = system.restartBackend()
  await system.moves.page?.(user).catch(() => {})
  await isBack
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isAnswered(system.moves.ask(user))) && Date.now() < deadline) {
    await delay(RETRY_MS)
  }
}

/** Not with an error of the server, nor with none at all. */
function isAnswered(answer: ReturnType<Moves['ask']>): Promise<boolean> {
  return answer.then(
    ({ status }) => status < 500,
    () => false,
  )
}
