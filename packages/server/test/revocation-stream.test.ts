import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../src/listen.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import { API, AS_API, type Frame, JSON_FEED, readFeed, revoke, SSE } from './feed-fixture.js'
import { callsTo, expectProblem, serverOptions } from './server-fixture.js'

let opened: TestDatabase
beforeAll(async () => {
  opened = await postgres()
})
afterAll(() => opened?.close())

let server: CountersignServer
let listening: Listening
let url: string
beforeEach(async () => {
  server = await createServer(serverOptions(opened.database, { clients: [API] }))
  listening = await listen(server, { port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${listening.port}/api/auth/revocations`
  return () => listening.close()
})

const stream = async (headers: Record<string, string> = {}) =>
  readFeed(await fetch(url, { headers: { ...SSE, ...headers } }))

describe('the stream of revocations', () => {
  it('may be stored by nobody and is passed on at once by proxies', async () => {
    const answer = await fetch(url, { headers: SSE })
    await answer.body?.cancel()

    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-accel-buffering')).toBe('no')
  })

  it('answers HEAD without beginning', async () => {
    const answer = await fetch(url, { method: 'HEAD', headers: SSE })

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  })

  it('hands over many revocations of one moment, and can be resumed between any two', async () => {
    await revoke(opened.database)
    const feed = await stream()
    await feed.snapshot()
    await revokeMany(50)

    const frames: Frame[] = []
    while (frames.length < 50) frames.push(await feed.next('revocation'))
    await feed.close()

    expect(new Set(frames.map(({ data }) => data.jti)).size).toBe(50)
    const cut = frames[20]
    const resumed = await stream({ 'Last-Event-ID': cut?.id ?? '' })
    const { complete, events } = await resumed.snapshot()
    await resumed.close()
    const again = events.map(({ jti }) => jti)
    expect(complete).toBe(false)
    for (const { data } of frames.slice(21)) expect(again).toContain(data.jti)
  })

  it('misses nothing that got a number early and was committed late', async () => {
    const feed = await stream()
    await feed.snapshot()
    let commit = () => {}
    const held = new Promise<void>((resolve) => {
      commit = resolve
    })
    let early = ''
    let begun = () => {}
    const began = new Promise<void>((resolve) => {
      begun = resolve
    })
    const transaction = opened.database.transaction(async (queryable) => {
      early = await revoke(queryable)
      begun()
      await held
    })
    await began
    const late = await revoke(opened.database)
    const { id: cursor } = await feed.session(late)

    commit()
    await transaction

    const { data } = await feed.session(early)
    await feed.close()
    const resumed = await stream({ 'Last-Event-ID': cursor })
    const { complete, events } = await resumed.snapshot()
    await resumed.close()
    expect(data.sub_id.session?.id).toBe(early)
    expect(complete).toBe(false)
    expect(events.map(({ sub_id }) => sub_id.session?.id)).toContain(early)
  })
})

describe('a server that stops', () => {
  it('ends streams and long polls, so that it need not wait for them', async () => {
    const feed = await stream()
    const { cursor } = await feed.snapshot()
    const headers = { ...JSON_FEED, Prefer: 'wait=25' }
    const polling = fetch(`${url}?since=${cursor}`, { headers })
    // Asked for after the poll, and so answered after the poll began to wait.
    await fetch(url, { headers: AS_API })

    const began = performance.now()
    await listening.close()

    expect(performance.now() - began).toBeLessThan(4_000)
    expect((await (await polling).json()).events).toEqual([])
    expect(await untilItEnds(feed)).toBe('ended')
    await expectProblem(await callsTo(server).get('/revocations', SSE), 503, 'service_unavailable')
  })
})

describe('a reader that does not read', () => {
  it('is cut off where there is no connection to cut', async () => {
    const answer = await callsTo(server).get('/revocations', SSE)
    const feed = await stream()
    await feed.snapshot()

    for (let batch = 0; batch < 3; batch++) {
      await revokeMany(50, LONG)
      await feed.session(await revoke(opened.database))
    }
    await feed.close()

    await expect(answer.text()).rejects.toThrow('does not read')
  }, 60_000)

  it('is cut off, and costs the others nothing', async () => {
    const feed = await stream()
    await feed.snapshot()
    const socket = connect(listening.port, '127.0.0.1')
    await once(socket, 'connect')
    const headers = Object.entries(SSE).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`GET /api/auth/revocations HTTP/1.1\r\nHost: a\r\n${headers.join('')}\r\n`)
    socket.once('data', () => socket.pause())
    await once(socket, 'data')

    for (let batch = 0; batch < 8; batch++) {
      await revokeMany(200, LONG)
      await feed.session(await revoke(opened.database))
    }
    await feed.close()
    socket.on('data', () => {})
    socket.resume()

    await once(socket, 'close')
  }, 60_000)
})

async function untilItEnds(feed: Awaited<ReturnType<typeof stream>>): Promise<string> {
  for (;;) if (!(await feed.frame())) return 'ended'
}

/** Makes 8 kB of every event, so that buffers fill soon. */
const LONG = 'x'.repeat(8_000)

async function revokeMany(count: number, userId: string = randomUUID()): Promise<void> {
  await opened.database.query({
    text: `insert into countersign_revocations (session_id, user_id, reason)
           select gen_random_uuid(), $2, 'signed_out' from generate_series(1, $1)`,
    values: [count, userId],
  })
}
