import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEventParser, type StreamFrame } from '../src/event-parser.js'
import { createFeedListener } from '../src/feed-listener.js'
import { clockAt, NOW } from './fixtures.js'

interface Step {
  readonly at: number
  readonly frame?: StreamFrame
  readonly answer?: string
  readonly disconnect?: true
}

interface Assertion {
  readonly at: number
  readonly sub: string
  readonly sid: string
  readonly ver: number
  readonly expect: 'accept' | 'token_revoked'
  readonly state?: 'live' | 'stale'
}

interface Story {
  readonly id: string
  readonly why: string
  readonly maxLifetimeSeconds: number
  readonly toleranceSeconds: number
  readonly steps: readonly Step[]
  readonly assertions: readonly Assertion[]
}

interface Framing {
  readonly id: string
  readonly why: string
  readonly chunks: readonly string[]
  readonly events: readonly StreamFrame[]
}

const url = new URL('../../../spec/vectors/feed.json', import.meta.url)
const { issuer, vectors, framing } = JSON.parse(readFileSync(url, 'utf8')) as {
  issuer: string
  vectors: readonly Story[]
  framing: readonly Framing[]
}

/** What was decided for each assertion, with the state where one is expected. */
function decide({ maxLifetimeSeconds, toleranceSeconds, steps, assertions }: Story) {
  const clock = clockAt(NOW)
  const listener = createFeedListener({
    issuer,
    keepSeconds: maxLifetimeSeconds + toleranceSeconds,
    maxEntries: 100,
    now: clock,
    nowMs: () => clock() * 1000,
  })
  const waiting = [...steps]
  const goTo = (at: number) => clock.advance(NOW + at - clock())
  return assertions.map(({ at, sub, sid, ver, state }) => {
    while (waiting[0] && waiting[0].at <= at) {
      const step = waiting.shift() as Step
      goTo(step.at)
      if (step.frame) listener.frame(step.frame)
      else if (step.answer !== undefined) listener.answer(step.answer)
      else listener.disconnect()
    }
    goTo(at)
    const decision = listener.denies({ sub, sid, ver }) ? 'token_revoked' : 'accept'
    return { at, sub, sid, ver, expect: decision, ...(state ? { state: listener.state } : {}) }
  })
}

describe('a listener of the feed', () => {
  it.each(vectors)('decides $id: $why', (story) => {
    expect(decide(story)).toEqual(story.assertions)
  })
})

describe('the event parser', () => {
  it.each(framing)('reads $id: $why', ({ chunks, events }) => {
    const frames: StreamFrame[] = []
    const parser = createEventParser({ onFrame: (frame) => frames.push(frame), maxLength: 1000 })

    for (const chunk of chunks) parser.push(Buffer.from(chunk, 'base64'))

    expect(frames).toEqual(events)
  })
})
