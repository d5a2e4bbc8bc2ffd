import type { SocialError } from '@countersign/core'

/** A sign-in through a provider that did not come about, and what the person may be told of it. */
export class SocialFailure extends Error {
  override readonly name = 'SocialFailure'
  readonly reason: SocialError

  constructor(reason: SocialError, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}
