import { startRedis } from '../../scripts/lib/redis.mjs'
import { isRenewal } from '../harness/consultation.js'
import { askTokenRoute, loseTokenRoute, prefetchLinks, visit, visitAndAsk } from './next-moves.js'
import { type Account, startStackSystem } from './stack-system.js'
import type { Moves, System } from './system.js'
import { type Answer, post, type User } from './user.js'

const BASE_PATH = '/api/countersign'

const MOVES: Moves = {
  ask: askTokenRoute(BASE_PATH),
  loseAnswer: loseTokenRoute(BASE_PATH),
  page: visit('/tasks'),
  pageAndAsk: visitAndAsk('/tasks', askTokenRoute(BASE_PATH)),
  proxiedPage: visit('/tasks'),
  proxiedPlainPage: visit('/no-such-page'),
  prefetch: prefetchLinks((index) => `/tasks?link=${index}`),
  // What `useSession` asks Auth.js.
  handler: (user) => user.send({ url: '/api/auth/session' }),
}

/**
 * The example `auth-js`: Auth.js in front of a backend that takes every second use of a refresh token
 * for theft. Its web servers share a Redis.
 */
export async function startAuthJs({ instances }: { readonly instances: number }): Promise<System> {
  const redis = await startRedis()
  try {
    const system = await startStackSystem({
      name: 'auth-js',
      instances,
      stack: {
        ...{ database: 'embedded', example: 'auth-js', authInstances: 0, webInstances: instances },
        environment: { REDIS_URL: redis.url },
      },
      pagePath: '/tasks',
      quietPath: '/icon.svg',
      isRefresh: isRenewal,
      apiPath: '/api/v1/tasks',
      signUp: (user, account) => signUp(user, account),
      moves: () => MOVES,
    })
    return { ...system, stop: () => system.stop().finally(() => redis.stop()) }
  } catch (error) {
    await redis.stop()
    throw error
  }
}

/** As its form does: the backend makes the account, and Auth.js signs in with it. */
async function signUp(user: User, account: Account): Promise<Answer> {
  const made = await user.send(post(`${BASE_PATH}/signup`, { ...account, name: 'Ada' }))
  if (made.status >= 400) return made
  const { csrfToken } = JSON.parse((await user.send({ url: '/api/auth/csrf' })).text) as {
    csrfToken: string
  }
  return user.send({
    url: '/api/auth/callback/consultation-backend',
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Auth-Return-Redirect': '1' },
    body: new URLSearchParams({ ...account, csrfToken, callbackUrl: '/tasks' }).toString(),
  })
}
