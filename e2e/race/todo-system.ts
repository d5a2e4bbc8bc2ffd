import { isRefresh } from '../harness/door.js'
import {
  askTokenRoute,
  loseTokenRoute,
  openActionForm,
  prefetchLinks,
  visit,
  visitAndAsk,
} from './next-moves.js'
import { startStackSystem } from './stack-system.js'
import type { Move, Moves, System } from './system.js'
import { post } from './user.js'

const LINKS = ['/tasks', '/overview', '/session', '/sign-in', '/']

const callHandler = (part: string): Move => {
  return (user) => user.send({ url: `/api/summary/${part}` })
}

const MOVES: Moves = {
  ask: askTokenRoute(),
  loseAnswer: loseTokenRoute(),
  page: visit('/session'),
  pageAndAsk: visitAndAsk('/session', askTokenRoute()),
  threeReadsAndAsk: visitAndAsk('/overview', askTokenRoute()),
  proxiedPage: visit('/tasks'),
  proxiedPlainPage: visit('/no-such-page'),
  prefetch: prefetchLinks((index) => `${LINKS[index % LINKS.length]}?link=${index}`),
  handler: callHandler('open'),
  readingHandler: callHandler('done'),
  openForm: (user) => openActionForm(user, '/overview', { title: 'From the overview' }),
}

/** How the example `todo` is started for the lab. */
export interface TodoOptions {
  /** Web servers that take turns and share nothing. */
  readonly instances: number
  /** With an auth server that takes every second use of a refresh token for theft. */
  readonly isStrict?: boolean
}

/** The example `todo`. */
export function startTodo({ instances, isStrict = false }: TodoOptions): Promise<System> {
  return startStackSystem({
    name: isStrict ? 'todo, strict server' : 'todo',
    ...{ instances, isStrict },
    stack: { webInstances: instances },
    pagePath: '/tasks',
    quietPath: '/icon.svg',
    isRefresh,
    apiPath: '/api/v1/auth/me',
    signUp: (user, account) => user.send(post('/api/auth/signup', account)),
    moves: () => MOVES,
  })
}
