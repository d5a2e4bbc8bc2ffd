import { describe, expect, it } from 'vitest'
import { type SessionPolicy, STRICT_WINDOWS, sessionPolicy } from '../src/sessions/policy.js'

describe('sessionPolicy', () => {
  it('is a week idle, 30 days in all, windows of 30 s and a day of recovery by default', () => {
    expect(sessionPolicy()).toEqual({
      idleSeconds: 604_800,
      absoluteSeconds: 2_592_000,
      shortSessionSeconds: 86_400,
      graceSeconds: 30,
      coalesceSeconds: 30,
      recoverySeconds: 86_400,
    })
  })

  it('changes what is given and nothing else', () => {
    const policy = sessionPolicy({ idleSeconds: 60 })

    expect(policy).toEqual({ ...sessionPolicy(), idleSeconds: 60 })
  })

  it.each<[string, Partial<SessionPolicy>]>([
    ['the strict profile', STRICT_WINDOWS],
    ['no late recovery', { recoverySeconds: 0 }],
    ['the longest grace window', { graceSeconds: 300, coalesceSeconds: 300 }],
    ['a coalesce window longer than the grace window', { coalesceSeconds: 31 }],
    ['windows of half a second', { graceSeconds: 0.5, coalesceSeconds: 0.5 }],
    ['the shortest lifetimes', { idleSeconds: 1, absoluteSeconds: 1, shortSessionSeconds: 1 }],
  ])('accepts %s', (_what, given) => {
    expect(sessionPolicy(given)).toMatchObject(given)
  })

  it.each<[string, object]>([
    ['a longer grace window', { graceSeconds: 301, coalesceSeconds: 301 }],
    ['a coalesce window shorter than the grace window', { coalesceSeconds: 29 }],
    ['a negative window', { recoverySeconds: -1 }],
    ['an endless session', { absoluteSeconds: Number.POSITIVE_INFINITY }],
    ['a number that is none', { idleSeconds: Number.NaN }],
    ['a number in a string', { idleSeconds: '60' }],
    ['nothing in place of a number', { idleSeconds: undefined }],
    ['a session that is over at once', { idleSeconds: 0 }],
    ['an unknown option', { idleSecond: 60 }],
  ])('refuses %s', (_what, given) => {
    expect(() => sessionPolicy(given)).toThrow(TypeError)
  })

  it('names the option and not its value', () => {
    expect(() => sessionPolicy({ graceSeconds: 7_777, coalesceSeconds: 7_777 })).toThrow(
      /^"graceSeconds"(?!.*7777)/,
    )
  })
})
