import { describe, expect, it, vi } from 'vitest'
import { limitWarnings } from '../src/warnings.js'
import { clockAt, NOW } from './fixtures.js'

const MISMATCH = { code: 'key_mismatch', message: 'two secrets' } as const
const UNAVAILABLE = { code: 'jwks_unavailable', message: 'no answer' } as const

describe('limitWarnings', () => {
  it('passes each code once a minute', () => {
    const listener = vi.fn()
    const clock = clockAt(NOW)
    const warn = limitWarnings(listener, clock)

    warn(MISMATCH)
    warn(MISMATCH)
    clock.advance(59)
    warn(MISMATCH)
    expect(listener).toHaveBeenCalledTimes(1)

    clock.advance(1)
    warn(MISMATCH)
    expect(listener).toHaveBeenCalledTimes(2)
  })

  it('counts each code for itself', () => {
    const listener = vi.fn()
    const warn = limitWarnings(listener, clockAt(NOW))

    warn(MISMATCH)
    warn(UNAVAILABLE)

    expect(listener.mock.calls.map(([warning]) => warning.code)).toEqual([
      'key_mismatch',
      'jwks_unavailable',
    ])
  })
})
