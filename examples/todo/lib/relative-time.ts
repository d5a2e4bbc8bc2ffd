const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [7, 'day'],
  [4.35, 'week'],
  [12, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
]

/** An instant in words relative to `now` (both in ms): "3 minutes ago", "in 2 hours", "just now". */
export function relativeTime(instant: number, now: number): string {
  let amount = (instant - now) / 1000
  if (Math.abs(amount) < 30) return 'just now'
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [size, unit] of STEPS) {
    if (Math.abs(Math.round(amount)) < size) return format.format(Math.round(amount), unit)
    amount /= size
  }
  return 'a long time ago'
}
