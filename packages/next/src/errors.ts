import { type ErrorCode, problemResponse } from '@countersign/core'

/** Codes of `CountersignError`. */
export type CountersignErrorCode = 'missing_token' | 'insufficient_role' | 'cookie_too_large'

/** The error of this package, told apart by `code`. */
export class CountersignError extends Error {
  readonly code: CountersignErrorCode
  override readonly name = 'CountersignError'

  constructor(code: CountersignErrorCode, options: { message: string }) {
    super(options.message)
    this.code = code
  }

  /** The problem answer for a route handler: 401, 403, or 500 for what is not the visitor's fault. */
  toResponse(): Response {
    const code: ErrorCode = this.code === 'cookie_too_large' ? 'internal_error' : this.code
    return problemResponse(code)
  }
}
