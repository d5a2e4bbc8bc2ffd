/** Why an action failed, told apart by `code`; `network` if there was no answer at all. */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly code: string
  /** When a retry may succeed. Seconds. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: string, more: { retryAfterSeconds?: number | undefined } = {}) {
    super(code)
    this.code = code
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** The problem in whatever an action threw; what has no code is a fault of ours. */
export function problemIn(error: unknown): ActionError {
  const { code, retryAfterSeconds } = Object(error) as Partial<ActionError>
  if (typeof code !== 'string') return new ActionError('internal_error')
  return new ActionError(code, { retryAfterSeconds: Number(retryAfterSeconds) || undefined })
}
