import { describe, expect, it } from 'vitest'
import { createDenyList } from '../src/deny-list.js'
import { clockAt, NOW } from './fixtures.js'

const holder = (sid: string, sub = 'user-1', ver = 1) => ({ sid, sub, ver })
const sessions = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ sid: `session-${from + n}` }))

function denyList(maxEntries = 20_000) {
  const clock = clockAt(NOW)
  return { clock, list: createDenyList({ keepSeconds: 905, now: clock, maxEntries }) }
}

describe('createDenyList', () => {
  it('drops what has ended whenever something comes, and nothing else', () => {
    const { clock, list } = denyList()
    list.add(sessions(0, 10_000))
    clock.advance(500)
    list.add([...sessions(10_000, 10_010), { sub: 'user-1', ver: 2 }])
    expect(list.size).toBe(10_011)

    clock.advance(405)
    list.add(sessions(20_000, 20_001))

    expect(list.size).toBe(12)
    expect(list.denies(holder('session-10000', 'user-2'))).toBe(true)
    expect(list.denies(holder('session-0', 'user-2'))).toBe(false)
  })

  it('drops what has ended without anything new when told', () => {
    const { clock, list } = denyList()
    list.add([...sessions(0, 100), { sub: 'user-1', ver: 2 }])

    clock.advance(905)
    list.prune()

    expect(list.size).toBe(0)
  })

  it('holds one entry for a session or a user that is told of again', () => {
    const { clock, list } = denyList()

    for (let n = 0; n < 100; n += 1) {
      clock.advance(10)
      list.add([{ sid: 'session-1' }, { sub: 'user-1', ver: n }])
    }

    expect(list.size).toBe(2)
    expect(list.denies(holder('other', 'user-1', 98))).toBe(true)
    expect(list.denies(holder('other', 'user-1', 99))).toBe(false)
  })

  it('prunes an entry that came again at its new end', () => {
    const { clock, list } = denyList()
    list.add([{ sid: 'again' }, { sid: 'once' }])
    clock.advance(100)
    list.add([{ sid: 'again' }])

    clock.advance(805)
    list.prune()

    expect(list.size).toBe(1)
    expect(list.denies(holder('again'))).toBe(true)
  })

  it('refuses more than it may hold, as a whole, and keeps what it has', () => {
    const { list } = denyList(5)
    list.add(sessions(0, 3))

    expect(() => list.add(sessions(3, 6))).toThrow('too many')
    expect(() => list.replace(sessions(3, 9))).toThrow('too many')

    expect(list.size).toBe(3)
    expect(list.denies(holder('session-0'))).toBe(true)
    list.replace(sessions(3, 8))
    expect(list.denies(holder('session-0'))).toBe(false)
  })

  it('denies nobody while the clock is broken: no token is valid then', () => {
    const list = createDenyList({ keepSeconds: 905, now: () => Number.NaN, maxEntries: 10 })

    list.add([{ sid: 'session-1' }])

    expect(list.denies(holder('session-1'))).toBe(false)
  })
})
