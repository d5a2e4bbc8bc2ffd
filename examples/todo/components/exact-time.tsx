/** An instant with its zone, as whoever reads a log needs it. For pages that are drawn in the browser. */
export function ExactTime({ at }: { at: string }) {
  const date = new Date(at)
  const text = date.toLocaleString(undefined, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
  return <time dateTime={at}>{text}</time>
}
