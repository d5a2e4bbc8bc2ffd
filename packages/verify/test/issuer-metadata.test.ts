import type { RequestListener } from 'node:http'
import { hmacKey } from '@countersign/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VerifierOptions } from '../src/options.js'
import { createVerifier, type Verifier } from '../src/verifier.js'
import { type FeedServer, json, startFeedServer } from './feed-server.js'
import { AUDIENCE, OTHER_SECRET, SECRET } from './fixtures.js'

const OURS = hmacKey(SECRET).kid
const THEIRS = hmacKey(OTHER_SECRET).kid
const onWarning = vi.fn()
let server: FeedServer
let issuer: string

beforeEach(async () => {
  onWarning.mockReset()
  server = await startFeedServer()
  issuer = `${server.origin}/api/auth`
})

afterEach(() => server.stop())

function verifierWith(changes: Partial<VerifierOptions> = {}): Verifier {
  const base = { issuer, audience: AUDIENCE, algorithms: ['HS256'], secret: SECRET } as const
  return createVerifier({ ...base, onWarning, ...changes })
}

const metadata = (kids: unknown, of = issuer) => json({ issuer: of, countersign_hs256_kids: kids })
const codes = () => onWarning.mock.calls.map(([{ code }]) => code)

describe('ready with a shared secret', () => {
  it('asks for the metadata of the issuer once', async () => {
    server.script(metadata([OURS]))

    await verifierWith({ onMismatch: 'exit' }).ready()

    const { url } = await server.request(1)
    expect(url).toBe('/.well-known/oauth-authorization-server/api/auth')
    expect(server.requests).toHaveLength(1)
    expect(codes()).toEqual([])
  })

  it('asks below the path of the issuer where nothing is between origin and path', async () => {
    const below = metadata([THEIRS])
    server.script((request, response) =>
      request.url?.startsWith('/api/auth/')
        ? below(request, response)
        : response.writeHead(404).end(),
    )

    await verifierWith().ready()

    const { url } = await server.request(2)
    expect(url).toBe('/api/auth/.well-known/oauth-authorization-server')
    expect(codes()).toEqual(['key_mismatch'])
  })

  it('asks nowhere else when the issuer fails', async () => {
    server.script(json({}, 500))

    await verifierWith().ready()

    expect(server.requests).toHaveLength(1)
    expect(codes()).toEqual(['metadata_unavailable'])
  })

  it('names both secrets in one line if they differ, and goes on', async () => {
    server.script(metadata([THEIRS]))

    await verifierWith().ready()

    expect(onWarning).toHaveBeenCalledTimes(1)
    const [{ code, message }] = onWarning.mock.calls[0] ?? []
    expect(code).toBe('key_mismatch')
    expect(message).toContain(OURS)
    expect(message).toContain(THEIRS)
    expect(message).not.toContain(SECRET)
  })

  it('rejects if they differ and it was told to', async () => {
    server.script(metadata([THEIRS]))

    await expect(verifierWith({ onMismatch: 'exit' }).ready()).rejects.toThrow(TypeError)
  })

  it('looks at the secret that signs, which is the first', async () => {
    server.script(metadata([OURS, THEIRS]))
    await verifierWith({ onMismatch: 'exit' }).ready()
    expect(codes()).toEqual([])

    server.script(metadata([THEIRS, OURS]))

    await expect(verifierWith({ onMismatch: 'exit' }).ready()).rejects.toThrow(TypeError)
  })

  it('is content if it holds more secrets than the issuer', async () => {
    server.script(metadata([OURS]))

    await verifierWith({ secret: [OTHER_SECRET, SECRET], onMismatch: 'exit' }).ready()

    expect(codes()).toEqual([])
  })

  it('compares nothing where the issuer lists nothing', async () => {
    server.script(json({ issuer }))

    await verifierWith({ onMismatch: 'exit' }).ready()

    expect(codes()).toEqual([])
  })

  it.each<[string, () => RequestListener]>([
    ['is down', () => (request) => request.socket.destroy()],
    ['has no metadata', () => json({}, 404)],
    ['answers HTML', () => (_, response) => response.end('<html>')],
    ['answers for another issuer', () => metadata([THEIRS], 'https://other.example')],
    ['answers without end', () => (_, response) => response.end(' '.repeat(70_000))],
    ['redirects', () => (_, response) => response.writeHead(307, { Location: '/x' }).end()],
  ])('starts all the same if the issuer %s', async (_, script) => {
    server.script(script())

    await verifierWith({ onMismatch: 'exit' }).ready()

    expect(codes()).toEqual(['metadata_unavailable'])
  })

  it.each([
    ['a text', 'all'],
    ['empty', []],
    ['numbers', [12345678]],
    ['hostile texts', ['\u001b[2J', 'a b']],
  ])('compares nothing where the list is %s', async (_, kids) => {
    server.script(metadata(kids))

    await verifierWith({ onMismatch: 'exit' }).ready()

    expect(codes()).toEqual([])
  })
})

describe('onMismatch', () => {
  it.each([
    ['something else', { onMismatch: 'ignore' }],
    [
      'without a secret',
      { algorithms: ['EdDSA'], secret: undefined, jwksUri: 'http://x/jwks', onMismatch: 'exit' },
    ],
  ])('is refused as %s', (_, changes) => {
    expect(() => verifierWith(changes as never)).toThrow(TypeError)
  })
})

describe('keyIds', () => {
  it('names the secrets for a line at start-up', () => {
    expect(verifierWith({ secret: [SECRET, OTHER_SECRET] }).keyIds).toEqual([OURS, THEIRS])
  })

  it('names nothing before a key set is loaded', () => {
    const { secret: _, ...rest } = { secret: SECRET, issuer, audience: AUDIENCE }

    const verifier = createVerifier({
      ...rest,
      algorithms: ['EdDSA'],
      jwksUri: `${server.origin}/jwks`,
    })

    expect(verifier.keyIds).toEqual([])
  })
})
