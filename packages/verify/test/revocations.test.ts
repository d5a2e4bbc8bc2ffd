import type { RequestListener } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RevocationOptions } from '../src/revocation-options.js'
import { createVerifier, type Verifier } from '../src/verifier.js'
import {
  type FeedServer,
  json,
  revocation,
  roleChanged,
  sessionEnded,
  snapshot,
  startFeedServer,
  stream,
  WAIT,
} from './feed-server.js'
import { AUDIENCE, type Clock, clockAt, hs256Token, ISSUER, NOW, SECRET } from './fixtures.js'

const onWarning = vi.fn()
let server: FeedServer
let clock: Clock
let verifier: Verifier

beforeEach(async () => {
  onWarning.mockReset()
  clock = clockAt(NOW)
  server = await startFeedServer()
})

afterEach(async () => {
  verifier.close()
  await server.stop()
})

function listen(changes: Partial<RevocationOptions> = {}, issuer = ISSUER): Verifier {
  verifier = createVerifier({
    issuer,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    now: clock,
    onWarning,
    revocations: {
      clientId: 'api',
      clientSecret: 'secret',
      url: server.url,
      introspectionUrl: `${server.origin}/introspect`,
      ...changes,
    },
  })
  return verifier
}

/** A verifier that has heard the first snapshot. */
async function listenLive(...events: readonly unknown[]): Promise<Verifier> {
  server.script(stream(snapshot(events)))
  listen()
  await vi.waitFor(() => expect(verifier.feed.state).toBe('live'), WAIT)
  return verifier
}

const REVOKED = { name: 'TokenError', code: 'token_revoked', publicCode: 'invalid_token' }
const UNAVAILABLE = { name: 'VerifierError', code: 'service_unavailable' }

describe('a verifier with a live feed', () => {
  it('refuses the tokens of a session that ended, and no other', async () => {
    await listenLive(sessionEnded())

    await expect(verifier.verify(hs256Token())).rejects.toMatchObject(REVOKED)
    expect(() => verifier.verifySync(hs256Token())).toThrow(expect.objectContaining(REVOKED))
    await expect(verifier.verify(hs256Token({ sid: 'session-2' }))).resolves.toBeDefined()
  })

  it('refuses outdated tokens of a user whose role changed, and accepts the next one', async () => {
    await listenLive(roleChanged(2))

    await expect(verifier.verify(hs256Token({ ver: 1 }))).rejects.toMatchObject(REVOKED)
    await expect(verifier.verify(hs256Token({ ver: 2 }))).resolves.toBeDefined()
    await expect(verifier.verify(hs256Token({ sub: 'user-2' }))).resolves.toBeDefined()
  })

  it('refuses a token that it has in its cache as soon as it hears of it', async () => {
    await listenLive()
    const token = hs256Token()
    const other = hs256Token({ sid: 'session-2' })
    await verifier.verify(token)
    await verifier.verify(other)

    server.open[0]?.write(revocation(sessionEnded()))

    await vi.waitFor(() => expect(() => verifier.verifySync(token)).toThrow(), WAIT)
    await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED)
    expect(verifier.verifySync(other)).toBe(await verifier.verify(other))
  })

  it('still refuses what is expired or forged as such', async () => {
    await listenLive(sessionEnded())

    await expect(verifier.verify(hs256Token({ exp: NOW }))).rejects.toMatchObject({
      code: 'token_expired',
    })
    await expect(verifier.verify(`${hs256Token()}A`)).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  it.each(['closed', 'introspect'] as const)('asks nobody, even where it is %s', async (policy) => {
    await listenLive()

    await expect(verifier.verify(hs256Token(), { whenStale: policy })).resolves.toBeDefined()

    expect(server.requests).toHaveLength(1)
  })
})

describe('a verifier with a stale feed', () => {
  it('accepts valid tokens where it is open, as by default', async () => {
    await expect(listen().verify(hs256Token())).resolves.toBeDefined()
    expect(verifier.verifySync(hs256Token())).toBeDefined()
    expect(verifier.feed).toMatchObject({ state: 'stale', lagMs: Number.POSITIVE_INFINITY })
  })

  it('refuses to judge where it is closed', async () => {
    listen({ whenStale: 'closed' })

    const error = { ...UNAVAILABLE, retryAfterSeconds: 5 }
    await expect(verifier.verify(hs256Token())).rejects.toMatchObject(error)
    expect(() => verifier.verifySync(hs256Token())).toThrow(expect.objectContaining(error))
  })

  it('lets a call be stricter or milder than the verifier', async () => {
    listen({ whenStale: 'closed' })

    await expect(verifier.verify(hs256Token(), { whenStale: 'open' })).resolves.toBeDefined()
    expect(verifier.verifySync(hs256Token(), { whenStale: 'open' })).toBeDefined()
    verifier.close()
    listen()
    await expect(verifier.verify(hs256Token(), { whenStale: 'closed' })).rejects.toMatchObject(
      UNAVAILABLE,
    )
  })

  it('refuses what it knows to be revoked, however stale and open', async () => {
    await listenLive(sessionEnded())
    clock.advance(16)
    expect(verifier.feed.state).toBe('stale')

    await expect(verifier.verify(hs256Token())).rejects.toMatchObject(REVOKED)
    await expect(verifier.verify(hs256Token({ sid: 'session-2' }))).resolves.toBeDefined()
  })

  it('introspects where told to: active passes, inactive is revoked', async () => {
    listen({ whenStale: 'introspect' })
    server.script(json({ active: true }))
    await expect(verifier.verify(hs256Token())).resolves.toMatchObject({ userId: 'user-1' })

    server.script(json({ active: false }))

    await expect(verifier.verify(hs256Token({ jti: '2' }))).rejects.toMatchObject(REVOKED)
  })

  it('is unavailable if introspection is', async () => {
    listen({ whenStale: 'introspect' })

    await expect(verifier.verify(hs256Token())).rejects.toMatchObject(UNAVAILABLE)
  })

  it('cannot introspect without waiting', () => {
    listen({ whenStale: 'introspect' })

    expect(() => verifier.verifySync(hs256Token())).toThrow(expect.objectContaining(UNAVAILABLE))
  })

  it('introspects no token that is not valid anyway', async () => {
    listen({ whenStale: 'introspect' })

    await expect(verifier.verify(hs256Token({ exp: NOW }))).rejects.toMatchObject({
      code: 'token_expired',
    })
    expect(server.requests.filter(({ url }) => url === '/introspect')).toEqual([])
  })

  it('refuses a policy that it does not know', async () => {
    listen()

    await expect(verifier.verify(hs256Token(), { whenStale: 'maybe' as 'open' })).rejects.toThrow(
      TypeError,
    )
  })
})

describe('a verifier without a feed', () => {
  it('is stale for ever: open by default, and unavailable to who insists', async () => {
    verifier = createVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['HS256'],
      secret: SECRET,
      now: clock,
    })

    await expect(verifier.verify(hs256Token())).resolves.toBeDefined()
    expect(verifier.feed.state).toBe('stale')
    for (const whenStale of ['closed', 'introspect'] as const) {
      await expect(verifier.verify(hs256Token(), { whenStale })).rejects.toMatchObject(UNAVAILABLE)
    }
  })
})

describe('ready', () => {
  /** Answers the feed late, and everything else at once. */
  const late: RequestListener = (request, response) => {
    if (request.url !== '/revocations') response.writeHead(404).end()
    else setTimeout(() => stream(snapshot())(request, response), 20)
  }

  it('does not wait for the feed where stale is open', async () => {
    server.script((request, response) => {
      if (request.url !== '/revocations') response.writeHead(404).end()
    })

    await listen({}, server.origin).ready()

    expect(verifier.feed.state).toBe('stale')
  })

  it('waits for the first snapshot where stale is closed', async () => {
    server.script(late)

    await listen({ whenStale: 'closed' }, server.origin).ready()

    expect(verifier.feed.state).toBe('live')
  })
})

describe('close', () => {
  it('ends the connection, and the feed is stale at once', async () => {
    await listenLive()

    verifier.close()

    expect(verifier.feed.state).toBe('stale')
    await vi.waitFor(() => expect(server.open).toHaveLength(0), WAIT)
    expect(server.requests).toHaveLength(1)
    expect(onWarning).not.toHaveBeenCalled()
  })
})
