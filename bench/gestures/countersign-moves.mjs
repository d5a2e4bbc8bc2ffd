/** @typedef {import('./gestures.mjs').Move} Move */

/** What the browser client does for an access token. @type {Move} */
export const askInBrowser = (browser) => browser.post('/api/auth/token', {})

/** @param {string} path @returns {Move} */
export const visit = (path) => (browser) => browser.visit(path)

/** A page whose client components ask too. @param {string} path @returns {Move} */
export const visitAndAsk = (path) => async (browser) => {
  await browser.visit(path)
  return askInBrowser(browser)
}

/** A tab of the task list: its server components first, then its browser client. */
export const tab = visitAndAsk('/tasks')

const LINKS = ['/tasks', '/overview', '/session', '/sign-in', '/']

/** @type {Move} */
export const prefetchFive = (browser) => Promise.all(LINKS.map((path) => browser.prefetch(path)))

/** @param {'open' | 'done' | 'total'} part @returns {Move} */
export const callHandler = (part) => (browser) => browser.send('GET', `/api/summary/${part}`)

/** @type {Move} */
export const loseAnswer = (browser) => browser.post('/api/auth/token', {}, { lost: true })
