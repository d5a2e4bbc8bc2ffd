'use client'

import { useHydrated } from '../hooks/use-hydrated'

const FORMAT: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }

/** An instant in the visitor's own time zone, which the server does not know. */
export function LocalTime({ seconds }: { seconds: number }) {
  const isHydrated = useHydrated()
  const date = new Date(seconds * 1000)
  const text = isHydrated
    ? date.toLocaleString(undefined, FORMAT)
    : `${date.toLocaleString('en-GB', { ...FORMAT, timeZone: 'UTC' })} UTC`
  return <time dateTime={date.toISOString()}>{text}</time>
}
