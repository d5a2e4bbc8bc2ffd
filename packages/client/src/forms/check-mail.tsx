import { useCallback, useState } from 'react'
import { problemIn } from './action-error.js'
import type { FormActions } from './form-actions.js'
import { Panel } from './panel.js'
import { type allTexts, errorText, type FormTexts, fillIn } from './texts.js'
import { useCountdown } from './use-countdown.js'
import { withDeadline } from './with-deadline.js'

/** Between two messages to one address. Seconds. */
const RESEND_SECONDS = 30

interface CheckMailProps {
  readonly email: string
  readonly title: string
  readonly text: string
  /** Sends the message again; without it there is no such button. */
  readonly resend?: FormActions['resendVerification'] | undefined
  readonly texts: ReturnType<typeof allTexts>
  readonly ownTexts: FormTexts | undefined
}

/** "Check your mail": the same for addresses that are known and for those that are not. */
export function CheckMail({ email, title, text, resend, texts, ownTexts }: CheckMailProps) {
  return (
    <Panel title={title}>
      <p>{fillIn(text, { email })}</p>
      {resend && <Resend email={email} resend={resend} texts={texts} ownTexts={ownTexts} />}
    </Panel>
  )
}

interface ResendProps extends Pick<CheckMailProps, 'email' | 'texts' | 'ownTexts'> {
  readonly resend: FormActions['resendVerification']
}

function Resend({ email, resend, texts, ownTexts }: ResendProps) {
  const [busy, setBusy] = useState(false)
  const [status, setStatus] = useState<string>()
  const wait = useCountdown(useCallback(() => setStatus(undefined), []))
  const isWaiting = wait.secondsLeft > 0

  const onClick = async () => {
    if (busy || isWaiting) return
    setBusy(true)
    const problem = await withDeadline(resend({ email })).then(() => undefined, problemIn)
    setBusy(false)
    setStatus(problem ? errorText(problem.code, ownTexts) : texts.resent)
    wait.start(problem?.retryAfterSeconds ?? (problem ? 0 : RESEND_SECONDS))
  }

  return (
    <p className="cs-resend">
      <button
        type="button"
        className="cs-link-button"
        aria-busy={busy}
        aria-disabled={busy || isWaiting ? true : undefined}
        onClick={onClick}
      >
        {isWaiting ? fillIn(texts.resendIn, { seconds: wait.secondsLeft }) : texts.resend}
      </button>{' '}
      <span role="status">{status}</span>
    </p>
  )
}
