import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createRevocationFeed,
  jitteredBackOff,
  type RevocationFeed,
  type RevocationFeedOptions,
} from '../src/revocation-feed.js'
import { feedOptions } from './feed-options.js'
import {
  type FeedServer,
  json,
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

const EVENTS = { 'Content-Type': 'text/event-stream' }

describe('an outage', () => {
  it('of ten minutes is told once, resumed, and told to be over', async () => {
    server.script(stream(snapshot([sessionEnded('before')])))
    await listen().whenLive()
    await server.stop()
    expect(feed.state).toBe('live')

    clock.advance(600)
    expect(feed).toMatchObject({ state: 'stale', lagMs: 600_000 })
    expect(denies('before')).toBe(true)
    server.script(stream(snapshot([sessionEnded('during')], false, '60')))
    await server.start()
    await hears('during')

    expect(feed).toMatchObject({ state: 'live', lagMs: 0 })
    expect(denies('before')).toBe(true)
    expect(codes()).toEqual(['feed_stale', 'feed_live'])
  })

  it('longer than any token lives leaves nothing behind', async () => {
    server.script(stream(snapshot([sessionEnded()])))
    await listen().whenLive()
    await server.stop()

    clock.advance(904)
    expect(denies('session-1')).toBe(true)
    clock.advance(1)

    expect(denies('session-1')).toBe(false)
  })

  it('at the start is told once, and over when the server is there', async () => {
    await server.stop()
    listen()
    await vi.waitFor(() => expect(codes()).toEqual(['feed_stale']), WAIT)

    server.script(stream(snapshot([sessionEnded()])))
    await server.start()

    await feed.whenLive()
    expect(codes()).toEqual(['feed_stale', 'feed_live'])
  })

  it('says where and why without the secret', async () => {
    listen()

    await vi.waitFor(() => expect(warn).toHaveBeenCalled(), WAIT)

    const [{ message, cause }] = warn.mock.calls[0] ?? []
    expect(message).toContain(server.url)
    expect(String(cause)).toContain('500')
    expect(`${message} ${cause}`).not.toMatch(/secret|Basic/)
  })

  it('is noticed when the clock was set back', async () => {
    server.script(stream(snapshot()))
    await listen().whenLive()

    clock.advance(-3600)

    expect(feed.state).toBe('stale')
  })
})

describe('an answer that is no feed', () => {
  it.each<[string, Parameters<FeedServer['script']>[0]]>([
    ['401', json({}, 401)],
    ['403', json({}, 403)],
    ['500 with a good body', json(snapshotBody([sessionEnded()]), 500)],
    ['204', (_, response) => response.writeHead(204).end()],
    ['HTML', (_, response) => response.end('<html>Sign in to this network</html>')],
    ['an empty stream', (_, response) => response.writeHead(200, EVENTS).end()],
    ['a broken connection', (request) => request.socket.destroy()],
  ])('%s leaves the feed stale, and is tried again', async (_, script) => {
    server.script(script)

    listen()

    await server.request(3)
    expect(feed.state).toBe('stale')
    expect(denies('session-1')).toBe(false)
    expect(codes()).toEqual(['feed_stale'])
  })

  it('is a redirect: nobody else is told the credential', async () => {
    const other = await startFeedServer()
    other.script(stream(snapshot()))
    server.script((_, response) => response.writeHead(307, { Location: other.url }).end())

    listen()

    await server.request(2)
    expect(other.requests).toEqual([])
    expect(feed.state).toBe('stale')
    await other.stop()
  })
})

describe('jitteredBackOff', () => {
  it.each([
    [0, 500, 1000],
    [1, 500, 2000],
    [4, 500, 10_000],
    [1000, 500, 10_000],
  ])('after %i failures waits from %i to %i ms', (failures, least, most) => {
    const pauses = Array.from({ length: 200 }, () => jitteredBackOff(failures))

    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most)
    expect(new Set(pauses).size).toBeGreaterThan(100)
  })
})
