const STEPS: readonly (readonly [size: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [7, 'day'],
  [4.35, 'week'],
  [12, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
]

/**
 * An instant in words relative to `now` (both in ms), in the language of the page: "3 minutes ago".
 * Clocks differ by a little, so the last half minute is "now", and so is the future.
 */
export function relativeTime(instant: number, now: number, language?: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  let amount = Math.min(0, instant - now) / 1000
  if (amount > -30) return format.format(0, 'second')
  for (const [size, unit] of STEPS) {
    if (Math.round(-amount) < size) return format.format(Math.round(amount), unit)
    amount /= size
  }
  return ''
}
