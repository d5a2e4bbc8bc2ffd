import { describe, expect, it, vi } from 'vitest'
import { emitProcessWarning, limitWarnings } from '../src/warnings.js'
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

  it('drops no news of a state, or the last one heard would be wrong', () => {
    const listener = vi.fn()
    const warn = limitWarnings(listener, clockAt(NOW))

    for (const code of ['feed_stale', 'feed_live', 'feed_stale'] as const) {
      warn({ code, message: 'news' })
    }

    expect(listener).toHaveBeenCalledTimes(3)
  })
})

describe('emitProcessWarning', () => {
  it('becomes a warning of the process, with the reason', () => {
    const emit = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const cause = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') })

    emitProcessWarning({ ...UNAVAILABLE, cause })

    expect(emit).toHaveBeenCalledWith('no answer', {
      type: 'CountersignWarning',
      code: 'jwks_unavailable',
      detail: 'fetch failed: connect ECONNREFUSED',
    })
    emit.mockRestore()
  })
})
