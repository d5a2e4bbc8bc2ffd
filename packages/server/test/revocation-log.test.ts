import { beforeEach, describe, expect, it } from 'vitest'
import { createRevocationLog, LATEST_COMMIT_SECONDS } from '../src/revocations/revocation-log.js'
import type { RevocationRow } from '../src/revocations/revocation-rows.js'

const KEEP = 900
const T0 = Date.UTC(2030, 0, 1)

let now: number
beforeEach(() => {
  now = 1_000
})

/** A row that was written so many seconds after the first one. */
const row = (id: number, seconds = id): RevocationRow => ({
  id: String(id),
  at: new Date(T0 + seconds * 1000),
  session_id: `session-${id}`,
  user_id: 'user',
  user_ver: null,
  role: null,
  reason: 'signed_out',
})

function logOf(...rows: readonly RevocationRow[]) {
  const log = createRevocationLog({ issuer: 'i', keepSeconds: KEEP, now: () => now })
  log.begin(rows.length === 0 ? 0 : Math.max(...rows.map(({ id }) => Number(id))))
  log.add(rows)
  return log
}

const idsIn = (events: string): string[] =>
  [...events.matchAll(/"jti":"(\d+)"/g)].map(([, id]) => id ?? '')

describe('a reader at the cursor of the log', () => {
  it('is told nothing until there is news, and then only that', () => {
    const log = logOf(row(1), row(2))
    const cursor = log.cursor()

    expect(log.read(cursor)).toEqual({ complete: false, events: '' })
    expect(log.add([row(1), row(2), row(3)]).map(idsIn)).toEqual([['3']])
    expect(idsIn(log.read(cursor).events)).toEqual(['3'])
  })

  it('is told of a smaller number that became visible later', () => {
    const log = logOf(row(1), row(3))
    const cursor = log.cursor()

    log.add([row(2)])

    const { complete, events } = log.read(cursor)
    expect([complete, idsIn(events).sort()]).toEqual([false, ['1', '2', '3']])
    expect(log.read(log.cursor())).toEqual({ complete: false, events: '' })
  })

  it('is told the same by another process', () => {
    const cursor = logOf(row(1), row(3)).cursor()

    expect(logOf(row(1), row(3)).read(cursor)).toEqual({ complete: false, events: '' })
    expect(idsIn(logOf(row(3), row(1), row(2), row(4)).read(cursor).events).sort()).toEqual([
      '1',
      '2',
      '3',
      '4',
    ])
  })

  it('is not told again what was visible long before', () => {
    const log = logOf(row(1, 0), row(2, LATEST_COMMIT_SECONDS + 1))
    const cursor = log.cursor()

    log.add([row(3, LATEST_COMMIT_SECONDS + 2)])

    expect(idsIn(log.read(cursor).events)).toEqual(['3'])
  })

  it('waits on where nothing was revoked for long, in this process and in a new one', () => {
    const old = logOf(row(1))
    const cursor = old.cursor()
    now += KEEP + 1
    const fresh = createRevocationLog({ issuer: 'i', keepSeconds: KEEP, now: () => now })
    fresh.begin(1)

    for (const log of [old, fresh]) {
      expect(log.read(cursor)).toEqual({ complete: false, events: '' })
      expect(log.read(fresh.cursor())).toEqual({ complete: false, events: '' })
    }
  })
})

describe('a reader at another cursor', () => {
  it.each([undefined, '', '7', '7-1', '-1', '1-1-1', '1-99999999999', 'x'.repeat(64)])(
    'is told everything at %s',
    (cursor) => {
      const { complete, events } = logOf(row(1), row(2)).read(cursor)

      expect([complete, idsIn(events)]).toEqual([true, ['1', '2']])
    },
  )

  it('is told everything that is not too old for any token', () => {
    const log = logOf(row(1))
    now += KEEP - 1
    log.add([row(2)])
    now += 2

    expect(idsIn(log.read(undefined).events)).toEqual(['2'])
  })
})

describe('a database that lost writes', () => {
  it('is believed when it gives a number to another revocation', () => {
    const log = logOf(row(1), row(2, 2))

    expect(log.add([row(2, 5)]).map(idsIn)).toEqual([['2']])
  })
})
