/** @typedef {import('./gestures.mjs').Move} Move */

/** What `useSession` does once its page is there. @type {Move} */
export const askInBrowser = (browser) => browser.send('GET', '/api/auth/session')

/** @param {string} path @returns {Move} */
export const visit = (path) => (browser) => browser.visit(path)

/** A page whose client components ask too. @param {string} path @returns {Move} */
export const visitAndAsk = (path) => async (browser) => {
  await browser.visit(path)
  return askInBrowser(browser)
}

/** A tab of the page that asks in the browser only. */
export const tab = visitAndAsk('/client')

/** @type {Move} */
export const prefetchFive = (browser) =>
  Promise.all([1, 2, 3, 4, 5].map((id) => browser.prefetch(`/p/item/${id}`)))

/** @type {Move} */
export const callWrappedHandler = (browser) => browser.send('GET', '/api/wrapped')

/** @type {Move} */
export const callDirectHandler = (browser) => browser.send('GET', '/api/direct')

/** @type {Move} */
export const loseAnswer = (browser) => browser.send('GET', '/api/auth/session', { lost: true })
