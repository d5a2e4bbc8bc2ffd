import type { ErrorCode, ProblemOptions } from '@countersign/core'

/** An answer that is not a success, thrown from wherever it is known. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ErrorCode
  readonly options: ProblemOptions

  constructor(code: ErrorCode, options: ProblemOptions = {}) {
    super(options.detail ?? code)
    this.code = code
    this.options = options
  }
}
