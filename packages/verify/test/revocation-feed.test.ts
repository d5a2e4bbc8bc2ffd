import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_FRAME_LENGTH } from '../src/feed-request.js'
import {
  createRevocationFeed,
  type RevocationFeed,
  type RevocationFeedOptions,
} from '../src/revocation-feed.js'
import { feedOptions } from './feed-options.js'
import {
  type FeedServer,
  frame,
  heartbeat,
  json,
  revocation,
  sessionEnded,
  snapshot,
  snapshotBody,
  startFeedServer,
  stream,
  WAIT,
} from './feed-server.js'
import { type Clock, clockAt, NOW } from './fixtures.js'

const warn = vi.fn()
let server: FeedServer
let clock: Clock
let feed: RevocationFeed

beforeEach(async () => {
  warn.mockReset()
  clock = clockAt(NOW)
  server = await startFeedServer()
})

afterEach(async () => {
  feed.close()
  await server.stop()
})

function listen(changes: Partial<RevocationFeedOptions> = {}): RevocationFeed {
  feed = createRevocationFeed({ ...feedOptions(server, clock, warn), ...changes })
  return feed
}

const denies = (sid: string) => feed.denies({ sub: 'user-1', sid, ver: 1 })
const hears = (sid: string) => vi.waitFor(() => expect(denies(sid)).toBe(true), WAIT)
const codes = () => warn.mock.calls.map(([warning]) => warning.code)

describe('a connection', () => {
  it('asks for a stream as the client, from the start', async () => {
    server.script(stream(snapshot()))

    await listen().whenLive()

    const { headers, url } = await server.request(1)
    expect(url).toBe('/revocations')
    expect(headers.authorization).toBe(`Basic ${btoa('api:secret')}`)
    expect(headers.accept).toBe('text/event-stream, application/json;q=0.5')
    expect(headers['last-event-id']).toBeUndefined()
  })

  it('hears revocations while it is open', async () => {
    server.script(stream(snapshot([sessionEnded('first')])))
    await listen().whenLive()
    expect(denies('first')).toBe(true)
    expect(denies('second')).toBe(false)

    server.open[0]?.write(revocation(sessionEnded('second')))

    await hears('second')
    expect(server.requests).toHaveLength(1)
  })

  it('resumes at the last frame when it is cut, and forgets nothing', async () => {
    server.script(stream(snapshot([sessionEnded('first')]), revocation(sessionEnded('2'), '43')))
    await listen().whenLive()
    await hears('2')
    server.script(stream(snapshot([sessionEnded('meanwhile')], false, '50')))

    server.open[0]?.destroy()

    await hears('meanwhile')
    expect((await server.request(2)).headers['last-event-id']).toBe('43')
    expect(denies('first')).toBe(true)
    expect(codes()).toEqual([])
  })

  it('has missed nothing that it knows of only once it has sent a snapshot', async () => {
    server.script(stream(snapshot()))
    await listen().whenLive()
    server.script(stream(revocation(sessionEnded()), heartbeat()))

    server.open[0]?.end()
    await hears('session-1')
    clock.advance(10)
    server.open[0]?.write(heartbeat() + revocation(sessionEnded('later')))
    await hears('later')
    clock.advance(6)

    expect(feed).toMatchObject({ state: 'stale', lagMs: 16_000 })
  })

  it('hears the same by the fetch of the platform', async () => {
    server.script(stream(snapshot()))
    await listen({ fetch }).whenLive()
    server.script(stream(snapshot([], false), revocation(sessionEnded())))

    server.open[0]?.end()

    await hears('session-1')
    expect((await server.request(2)).headers['last-event-id']).toBe('41')
  })

  // A machine that stands still for longer than the connection may be silent needs another try.
  it('lives as long as it says something', { retry: 5 }, async () => {
    server.script(stream(snapshot()))
    await listen({ timeoutMs: 100 }).whenLive()

    for (let n = 0; n < 15; n += 1) {
      await setTimeout(10)
      server.open[0]?.write(heartbeat())
    }

    expect(server.requests).toHaveLength(1)
  })

  it('resumes at a heartbeat', async () => {
    server.script(stream(snapshot(), heartbeat('77')))
    await listen().whenLive()

    server.open[0]?.end()

    expect((await server.request(2)).headers['last-event-id']).toBe('77')
  })

  it.each([
    ['a line break', 'a\r\nX-Evil: 1'],
    ['text beyond ASCII', 'é'],
    ['endless text', 'a'.repeat(300)],
  ])('starts from the beginning where the cursor is %s', async (_, cursor) => {
    server.script(stream(frame('snapshot', '', snapshotBody([], true, cursor))))
    await listen().whenLive()

    server.open[0]?.end()

    expect((await server.request(2)).headers['last-event-id']).toBeUndefined()
  })

  it('reads on behind garbage of every kind', async () => {
    const garbage = [
      'data\n\n',
      'event: revocation\ndata: {\n\n',
      ':\n',
      '\0\n\n',
      'x'.repeat(9000),
    ]
    server.script(stream(snapshot(), ...garbage, '\n\n', revocation(sessionEnded('late'))))

    listen()

    await hears('late')
    expect(server.requests).toHaveLength(1)
  })

  it('is given up when a frame has no end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    server.script((request, response) => {
      if (server.requests.length > 1) return stream(snapshot([sessionEnded()]))(request, response)
      stream(snapshot())(request, response)
      response.write('data: ')
      for (let size = 0; size <= MAX_FRAME_LENGTH; size += megabyte.length) response.write(megabyte)
    })

    listen()

    await hears('session-1')
    expect(server.requests).toHaveLength(2)
  })

  it('is given up when it tells of more than can be held, and what was known stays', async () => {
    const many = Array.from({ length: 6 }, (_, n) => sessionEnded(`many-${n}`))
    server.script(stream(snapshot([sessionEnded('known')])))
    await listen({ maxEntries: 5 }).whenLive()
    server.script(stream(snapshot(many)))

    server.open[0]?.end()
    await server.request(4)

    expect(denies('known')).toBe(true)
    expect(denies('many-0')).toBe(false)
  })

  it('is dead when it says nothing, and another takes its place', async () => {
    server.script(stream(snapshot()))

    listen({ timeoutMs: 40 })

    const resumed = () => server.requests.filter(({ headers }) => headers['last-event-id'] === '41')
    await vi.waitFor(() => expect(resumed().length).toBeGreaterThan(1), WAIT)
  })

  it('is dead when the server never answers', async () => {
    server.script(() => {})

    listen({ timeoutMs: 40 })

    await server.request(2)
    expect(codes()).toEqual(['feed_stale'])
  })
})

const EVENTS = { 'Content-Type': 'text/event-stream' }

describe('long polls', () => {
  it('take the place of a stream where there is none, and resume', async () => {
    server.script(json(snapshotBody([sessionEnded('first')])))
    listen()
    await hears('first')
    server.script(json(snapshotBody([sessionEnded('second')], false, '42')))

    await hears('second')

    const { url, headers } = await server.request(2)
    expect(url).toBe('/revocations?since=41')
    expect(headers).toMatchObject({ accept: 'application/json', prefer: 'wait=10' })
    expect(denies('first')).toBe(true)
  })

  it('are all there is where told so', async () => {
    server.script(json(snapshotBody()))

    await listen({ transport: 'poll' }).whenLive()

    const { url, headers } = await server.request(1)
    expect(url).toBe('/revocations')
    expect(headers.accept).toBe('application/json')
    expect(headers.prefer).toBeUndefined()
  })

  it('take the place of a stream that something holds back', async () => {
    server.script((request, response) => {
      const isPoll = request.headers.accept === 'application/json'
      if (isPoll) json(snapshotBody())(request, response)
      else response.writeHead(200, EVENTS).flushHeaders()
    })

    await listen({ timeoutMs: 40 }).whenLive()

    expect((await server.request(1)).headers.accept).toContain('text/event-stream')
    expect(server.requests.at(-1)?.headers.accept).toBe('application/json')
  })

  it('are given up when an answer has no end', async () => {
    const padding = Buffer.alloc(MAX_FRAME_LENGTH, ' ')
    server.script((_, response) => {
      response.writeHead(200).write(padding)
      response.end(JSON.stringify(snapshotBody([sessionEnded()])))
    })

    listen({ transport: 'poll' })

    await vi.waitFor(() => expect(codes()).toEqual(['feed_stale']), WAIT)
    expect(denies('session-1')).toBe(false)
  })

  it('give way to a stream once they fail', async () => {
    server.script(json(snapshotBody()))
    await listen().whenLive()
    server.script(json({}, 500))
    await server.request(2)
    server.script(stream(snapshot([sessionEnded()], false, '44')))

    await hears('session-1')

    expect(server.requests.at(-1)?.headers.accept).toContain('text/event-stream')
  })
})

describe('close', () => {
  it('ends an open connection and asks for no other', async () => {
    server.script(stream(snapshot()))
    await listen().whenLive()

    feed.close()

    await vi.waitFor(() => expect(server.open).toHaveLength(0), WAIT)
    expect(server.requests).toHaveLength(1)
    expect(feed.state).toBe('stale')
  })

  it('ends the pause before the next connection', async () => {
    listen({ retryMs: () => 3_600_000 })
    await vi.waitFor(() => expect(codes()).toEqual(['feed_stale']), WAIT)

    feed.close()

    expect(server.requests).toHaveLength(1)
  })
})
