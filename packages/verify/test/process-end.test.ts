import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, it } from 'vitest'
import {
  type FeedServer,
  heartbeat,
  json,
  snapshot,
  startFeedServer,
  stream,
} from './feed-server.js'

const PACKAGE = new URL('../', import.meta.url)
const ROOT = new URL('../../', PACKAGE)
let server: FeedServer

// The process runs what was built; building again costs a moment when nothing has changed. Errors
// of types are for another check to find.
beforeAll(async () => {
  const tsc = new URL('node_modules/.bin/tsc', ROOT).pathname
  await promisify(execFile)(tsc, ['-b', PACKAGE.pathname]).catch(() => {})
})

afterEach(() => server.stop())

/** A process that makes a verifier, waits for its feed, says so, and has nothing else to do. */
async function runVerifier(): Promise<{ output: string; code: number | null }> {
  const dist = new URL('dist/index.js', PACKAGE).href
  const revocations = { clientId: 'api', clientSecret: 's', url: server.url, whenStale: 'closed' }
  const options = {
    ...{ issuer: server.origin, audience: 'api', algorithms: ['HS256'] },
    ...{ secret: 'x'.repeat(40), revocations },
  }
  const code = `import { createVerifier } from '${dist}'
    const verifier = createVerifier(${JSON.stringify(options)})
    await verifier.ready()
    console.log(verifier.feed.state)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [exitCode] = await once(child, 'close')
  return { output, code: exitCode }
}

/** A feed that never falls silent; there is little else at this server. */
const lively: RequestListener = (request, response) => {
  if (request.url !== '/revocations') return json({ issuer: server.origin })(request, response)
  stream(snapshot())(request, response)
  const beat = setInterval(() => response.write(heartbeat()), 1000)
  return response.on('close', () => clearInterval(beat))
}

it('a verifier that listens keeps no process alive', async () => {
  server = await startFeedServer()
  server.script(lively)

  expect(await runVerifier()).toEqual({ output: 'live\n', code: 0 })
})
