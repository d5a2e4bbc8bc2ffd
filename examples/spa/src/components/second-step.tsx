import { SecondFactorForm } from '@countersign/client/forms'
import { formActions } from '../lib/form-actions'

interface SecondStepProps {
  readonly challenge: string
  /** Back to the first step, as when this one took too long. */
  readonly onRestart: () => void
}

/** A code of the authenticator app, or a recovery code. What is shown next follows from the session. */
export function SecondStep({ challenge, onRestart }: SecondStepProps) {
  return (
    <SecondFactorForm
      actions={formActions}
      challenge={challenge}
      onDone={() => {}}
      onRestart={onRestart}
    />
  )
}
