import { type ErrorCode, type ProblemOptions, problemResponse } from '@countersign/core'

/** Ends a request with the problem of a code, from however deep inside. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ErrorCode
  readonly options: ProblemOptions

  constructor(code: ErrorCode, options: ProblemOptions = {}) {
    super(code)
    this.code = code
    this.options = options
  }

  toResponse(): Response {
    return problemResponse(this.code, this.options)
  }
}
