import type { SocialError } from '@countersign/core'

/** As `/login` answers it. */
interface SecondStep {
  readonly challenge: string
  readonly methods: readonly string[]
}

/** A sign-in through a provider that did not come about, and what the person may be told of it. */
export class SocialFailure extends Error {
  override readonly name = 'SocialFailure'
  readonly reason: SocialError
  /** Opens the second step, where that is the reason. */
  readonly step: SecondStep | undefined

  constructor(reason: SocialError, options: ErrorOptions & { readonly step?: SecondStep } = {}) {
    super(reason, options)
    this.reason = reason
    this.step = options.step
  }
}
