import { expect, it } from 'vitest'
import { relativeTime } from '../lib/relative-time'

const NOW = Date.UTC(2026, 0, 15, 12)
const MINUTE = 60_000
const DAY = 86_400_000

it.each([
  [0, 'just now'],
  [-29_000, 'just now'],
  [-45_000, '45 seconds ago'],
  [-59_600, '1 minute ago'],
  [-3 * MINUTE, '3 minutes ago'],
  [-59.6 * MINUTE, '1 hour ago'],
  [-26 * 60 * MINUTE, 'yesterday'],
  [-6 * DAY, '6 days ago'],
  [-8 * DAY, 'last week'],
  [-70 * DAY, '2 months ago'],
  [-800 * DAY, '2 years ago'],
  [14 * MINUTE, 'in 14 minutes'],
])('says for %d ms from now: %s', (offset, words) => {
  expect(relativeTime(NOW + offset, NOW)).toBe(words)
})
