import type { RevocationHub } from './hub.js'

export interface LongPollOptions {
  readonly since: string
  readonly waitSeconds: number
  /** The caller went away. */
  readonly signal: AbortSignal
}

/** The snapshot of a reader that stands at `since`, as soon as there is something in it. */
export function longPoll(
  hub: RevocationHub,
  { since, waitSeconds, signal }: LongPollOptions,
): Promise<string> {
  const told = hub.told(since)
  if (told !== undefined) return Promise.resolve(told)
  return new Promise((resolve) => {
    const finish = (): void => {
      leave()
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve(hub.told(since) ?? hub.silence())
    }
    const leave = hub.subscribe({ news: finish, heartbeat: () => {}, end: finish })
    const timer = setTimeout(finish, waitSeconds * 1000).unref()
    signal.addEventListener('abort', finish, { once: true })
  })
}
