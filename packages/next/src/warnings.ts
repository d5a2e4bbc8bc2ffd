const INTERVAL_SECONDS = 60

/** A logger that says each sentence at most once a minute: an outage concerns every request. */
export function limitWarnings(
  logger: Pick<Console, 'warn'>,
  now: () => number,
): { warn: (message: string) => void } {
  const quietUntil = new Map<string, number>()
  return {
    warn: (message) => {
      if ((quietUntil.get(message) ?? 0) > now()) return
      quietUntil.set(message, now() + INTERVAL_SECONDS)
      logger.warn(message)
    },
  }
}
