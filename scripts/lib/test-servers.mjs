import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { filesBelow } from './fingerprint.mjs'
import { ROOT } from './paths.mjs'
import { startPostgres } from './postgres.mjs'
import { startRedis } from './redis.mjs'
import { report } from './user-error.mjs'

/**
 * Starts the servers that tests use, and gives the environment that leads tests to them. One that
 * does not start is reported; the tests that need it then fail by themselves.
 */
export async function startTestServers() {
  const started = [await attempt('TEST_DATABASE_URL', startPostgres)]
  if (testsMention('TEST_REDIS_URL')) started.push(await attempt('TEST_REDIS_URL', startRedis))
  const servers = started.flatMap((server) => (server ? [server] : []))
  const chromium = findChromium()
  return {
    /** @type {NodeJS.ProcessEnv} */
    env: {
      ...process.env,
      ...Object.fromEntries(servers.map(({ name, url }) => [name, url])),
      ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
    },
    stop: () => Promise.all(servers.map((server) => server.stop())),
  }
}

/**
 * @param {string} name The variable that tests read
 * @param {() => Promise<{ url: string, stop: () => Promise<void> }>} start
 */
async function attempt(name, start) {
  try {
    return { name, ...(await start()) }
  } catch (error) {
    report(error)
    return undefined
  }
}

/** @param {string} text */
function testsMention(text) {
  return ['packages', 'examples', 'e2e']
    .flatMap((folder) => filesBelow(join(ROOT, folder)))
    .some((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes(text))
}
