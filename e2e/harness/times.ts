const USUAL_ACCESS_SECONDS = 900

/** Times of an auth server, in seconds. */
export interface Times {
  /** Lifetime of access tokens. */
  readonly access: number
  /** Grace and coalescing. */
  readonly window: number
  /** How long the token before the newest one may come back. */
  readonly recovery: number
}

/**
 * The times of an auth server whose access tokens live shorter than usual. Everything that is
 * measured against that lifetime shrinks with it; a browser's jitter does so by itself.
 *
 * Grace and coalescing stop at two seconds: what they bridge, requests that wait for a connection or
 * for a busy server, does not get faster because a test is in a hurry.
 */
export function scaledTimes({ access = USUAL_ACCESS_SECONDS, ...given }: Partial<Times>): Times {
  const factor = USUAL_ACCESS_SECONDS / access
  return { access, window: Math.max(2, 30 / factor), recovery: 86_400 / factor, ...given }
}

/** Those times, and limits for the shorter minutes, as the auth server reads them. */
export function timesEnvironment({ access, window, recovery }: Times): Record<string, string> {
  const refreshes = Math.round((60 * USUAL_ACCESS_SECONDS) / access)
  return {
    COUNTERSIGN_ACCESS_SECONDS: String(access),
    COUNTERSIGN_GRACE_SECONDS: String(window),
    COUNTERSIGN_COALESCE_SECONDS: String(window),
    COUNTERSIGN_RECOVERY_SECONDS: String(recovery),
    COUNTERSIGN_LIMITS: `refreshesPerSession=${refreshes},signupsPerIp=1000000`,
  }
}
