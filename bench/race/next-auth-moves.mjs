import { openActionForm, prefetchLinks, visit, visitAndAsk } from '../../e2e/race/next-moves.js'

/** What `useSession` does once its page is there. @param {import('../../e2e/race/user.js').User} user */
const ask = (user) => user.send({ url: '/api/auth/session' })

/** What can be done in `next-auth-app`. @type {import('../../e2e/race/system.js').Moves} */
export const MOVES = {
  ask,
  loseAnswer: (user) => user.send({ url: '/api/auth/session', lost: true }),
  page: visit('/server'),
  pageAndAsk: visitAndAsk('/both', ask),
  threeReadsAndAsk: visitAndAsk('/suspense', ask),
  proxiedPage: visit('/p/server'),
  proxiedPlainPage: visit('/p/plain'),
  prefetch: prefetchLinks((index) => `/p/item/${index}`),
  handler: (user) => user.send({ url: '/api/wrapped' }),
  readingHandler: (user) => user.send({ url: '/api/direct' }),
  openForm: (user) => openActionForm(user, '/action', { title: 'A title' }),
}
