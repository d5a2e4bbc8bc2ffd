import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser, type StreamFrame } from '../src/event-parser.js'
import { createFeedListener } from '../src/feed-listener.js'
import { roleChanged, sessionEnded, snapshotBody } from './feed-server.js'
import { ISSUER, NOW } from './fixtures.js'

const RUNS = { numRuns: 500 }

function parse(chunks: readonly Uint8Array[]): StreamFrame[] {
  const frames: StreamFrame[] = []
  const parser = createEventParser({ onFrame: (frame) => frames.push(frame), maxLength: 1e6 })
  for (const chunk of chunks) parser.push(chunk)
  return frames
}

/** Bytes that are likely to mean something to a parser of event streams. */
const streamBytes = fc
  .array(
    fc.constantFrom(
      'data',
      'event',
      'id',
      ':',
      ' ',
      '\r',
      '\n',
      '\r\n',
      '\n\n',
      'é',
      '🔑',
      '\uFEFF',
      '\0',
      'x',
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join('')))

/** Values of the right shape in which any part may be anything. */
const eventLike = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(sessionEnded(), roleChanged(3)),
  fc
    .tuple(fc.constantFrom(sessionEnded(), roleChanged(3)), fc.jsonValue())
    .chain(([event, junk]) =>
      fc
        .constantFrom('iss', 'sub_id', 'events', 'iat')
        .map((member) => ({ ...event, [member]: junk })),
    ),
)

const frameLike = fc.record({
  event: fc.constantFrom('snapshot', 'revocation', 'heartbeat', 'message', ''),
  id: fc.string({ maxLength: 5 }),
  data: fc.oneof(
    fc.string(),
    eventLike.map((event) => JSON.stringify(event)),
    fc
      .array(eventLike, { maxLength: 3 })
      .map((events) => JSON.stringify(snapshotBody(events, true))),
  ),
})

describe('the event parser', () => {
  it('finds the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(streamBytes, fc.array(fc.nat(80)), (bytes, cuts) => {
        const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length]
        ends.sort((a, b) => a - b)
        const chunks = ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end))

        expect(parse(chunks)).toEqual(parse([bytes]))
      }),
      RUNS,
    )
  })
})

describe('a listener', () => {
  it('survives whatever arrives, and still hears what follows', () => {
    fc.assert(
      fc.property(fc.array(frameLike, { maxLength: 8 }), (frames) => {
        const now = () => NOW
        const bounds = { keepSeconds: 905, maxEntries: 1000 }
        const listener = createFeedListener({
          issuer: ISSUER,
          ...bounds,
          now,
          nowMs: () => NOW * 1000,
        })

        for (const frame of frames) listener.frame(frame)
        for (const { data } of frames) listener.answer(data)
        listener.frame({ event: 'snapshot', id: '', data: JSON.stringify(snapshotBody()) })
        listener.frame({ event: 'revocation', id: '', data: JSON.stringify(sessionEnded('last')) })

        expect(listener.state).toBe('live')
        expect(listener.denies({ sub: 'user-9', sid: 'last', ver: 1 })).toBe(true)
        expect(listener.denies({ sub: 'user-9', sid: 'never', ver: 1 })).toBe(false)
        expect(listener.size).toBe(1)
      }),
      RUNS,
    )
  })
})
