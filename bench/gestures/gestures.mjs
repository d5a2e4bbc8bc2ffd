import { setTimeout as delay } from 'node:timers/promises'
import * as countersign from './countersign-moves.mjs'
import * as nextAuth from './next-auth-moves.mjs'

/** @typedef {import('./browser.mjs').Browser} Browser */
/** @typedef {(browser: Browser) => Promise<unknown>} Move */

/**
 * What a user, or their browser, does first after the access token has run out; the same thing in
 * both applications.
 * @type {readonly { title: string, nextAuth: Move, countersign: Move }[]}
 */
export const GESTURES = [
  {
    title: 'page that asks in the browser only',
    nextAuth: nextAuth.tab,
    countersign: countersign.askInBrowser,
  },
  {
    title: 'page with a server component',
    nextAuth: nextAuth.visit('/server'),
    countersign: countersign.visit('/session'),
  },
  {
    title: 'page with a server component that also asks in the browser',
    nextAuth: nextAuth.visitAndAsk('/both'),
    countersign: countersign.visitAndAsk('/session'),
  },
  {
    title: 'page with three server components, and the browser',
    nextAuth: nextAuth.visitAndAsk('/suspense'),
    countersign: countersign.visitAndAsk('/overview'),
  },
  {
    title: 'proxy, and a page with a server component',
    nextAuth: nextAuth.visit('/p/server'),
    countersign: countersign.visit('/tasks'),
  },
  {
    title: 'proxy, and a page that does not ask',
    nextAuth: nextAuth.visit('/p/plain'),
    countersign: countersign.visit('/no-such-page'),
  },
  {
    title: 'proxy, and five links prefetched at once',
    nextAuth: nextAuth.prefetchFive,
    countersign: countersign.prefetchFive,
  },
  {
    title: 'route handler that can write cookies',
    nextAuth: nextAuth.callWrappedHandler,
    countersign: countersign.callHandler('open'),
  },
  {
    title: 'route handler that only reads',
    nextAuth: nextAuth.callDirectHandler,
    countersign: countersign.callHandler('done'),
  },
  {
    title: 'three route handlers at once',
    nextAuth: atOnce(3, nextAuth.callWrappedHandler),
    countersign: atOnce(3, countersign.callHandler('total')),
  },
  {
    title: 'two tabs at once',
    nextAuth: atOnce(2, nextAuth.tab),
    countersign: atOnce(2, countersign.tab),
  },
  {
    title: 'four tabs at once',
    nextAuth: atOnce(4, nextAuth.tab),
    countersign: atOnce(4, countersign.tab),
  },
  {
    title: 'two tabs, 20 ms apart',
    nextAuth: atOnce(2, nextAuth.tab, 20),
    countersign: atOnce(2, countersign.tab, 20),
  },
  {
    title: 'two tabs, 100 ms apart',
    nextAuth: atOnce(2, nextAuth.tab, 100),
    countersign: atOnce(2, countersign.tab, 100),
  },
  {
    title: 'response lost, second try after 0.5 s',
    nextAuth: twice(nextAuth.loseAnswer, nextAuth.askInBrowser),
    countersign: twice(countersign.loseAnswer, countersign.askInBrowser),
  },
]

/**
 * The same move in several tabs of one browser, each `gapMs` after the one before.
 * @param {number} count
 * @param {Move} move
 * @returns {Move}
 */
function atOnce(count, move, gapMs = 0) {
  return (browser) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        if (index * gapMs > 0) await delay(index * gapMs)
        return move(browser)
      }),
    )
}

/** @param {Move} first @param {Move} second @returns {Move} */
function twice(first, second) {
  return async (browser) => {
    await first(browser)
    await delay(500)
    return second(browser)
  }
}
