import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SECRET } from './browser.js'

const PACKAGE = new URL('../', import.meta.url)
const SNAPSHOT = { cursor: '1', complete: true, now: 1, events: [] }

/** An auth server whose feed never ends. */
const server = createServer((request, response) => {
  asked.push(String(request.url))
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.write(`event: snapshot\ndata: ${JSON.stringify(SNAPSHOT)}\n\n`)
})
let asked: string[] = []

// The process runs what was built; building again costs a moment when nothing has changed.
beforeAll(async () => {
  const tsc = new URL('../../node_modules/.bin/tsc', PACKAGE).pathname
  await promisify(execFile)(tsc, ['-b', PACKAGE.pathname]).catch(() => {})
})

beforeEach(async () => {
  asked = []
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** A process that loads the module twice, as Next does, for applications with these audiences. */
async function run(audiences: readonly [string, string]) {
  const dist = (file: string) => new URL(`dist/${file}.js`, PACKAGE).href
  const code = `
    const { resolveSettings } = await import('${dist('settings')}')
    const [proxy, pages] = [await import('${dist('verifier')}?proxy'), await import('${dist('verifier')}?pages')]
    const settings = (audience) => resolveSettings({ audience }, process.env)
    const first = proxy.verifierFor(settings('${audiences[0]}'))
    const second = pages.verifierFor(settings('${audiences[1]}'))
    while (first.feed.state !== 'live' || second.feed.state !== 'live') {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    console.log(proxy !== pages, first === second)`
  const { port } = server.address() as AddressInfo
  const env = {
    COUNTERSIGN_URL: `http://127.0.0.1:${port}`,
    COUNTERSIGN_WEB_ORIGIN: 'http://localhost:3000',
    COUNTERSIGN_COOKIE_SECRET: SECRET,
    COUNTERSIGN_CLIENT_ID: 'web',
    COUNTERSIGN_CLIENT_SECRET: 'secret',
  }
  const args = ['--input-type=module', '-e', code]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [exitCode] = await once(child, 'close')
  return { output: output.trim(), exitCode }
}

describe('verifierFor', () => {
  it('is one for both copies of the module, listens once, and keeps no process alive', async () => {
    expect(await run(['todo', 'todo'])).toEqual({ output: 'true true', exitCode: 0 })
    expect(asked).toEqual(['/api/auth/revocations'])
  })

  it('is another one for other settings', async () => {
    expect(await run(['todo', 'other'])).toEqual({ output: 'true false', exitCode: 0 })
    expect(asked).toHaveLength(2)
  })
})
