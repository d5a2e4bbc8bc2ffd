import type { RefObject } from 'react'

interface FormAlertProps {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly message: string | undefined
  /** Seconds to wait; counted down for the eye, said once for the ear. */
  readonly secondsLeft: number
}

/** What went wrong with the form as a whole. Read out when it appears. */
export function FormAlert({ ref, message, secondsLeft }: FormAlertProps) {
  return (
    <div ref={ref} className="form-alert" role="alert" tabIndex={-1}>
      {message}
      {secondsLeft > 0 && <span aria-hidden="true"> Try again in {secondsLeft} s.</span>}
    </div>
  )
}
