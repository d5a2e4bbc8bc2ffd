import type { ReactNode, RefObject } from 'react'
import { fillIn } from './texts.js'

interface FormAlertProps {
  readonly alertRef: RefObject<HTMLDivElement | null>
  readonly message: string | undefined
  /** Seconds to wait; counted down for the eye, said at start and end for the ear. */
  readonly wait: { readonly secondsLeft: number; readonly total: number }
  readonly texts: { readonly tryAgainIn: string }
  readonly children?: ReactNode
}

/** What went wrong with the form as a whole. Read out when it appears. */
export function FormAlert({ alertRef, message, wait, texts, children }: FormAlertProps) {
  return (
    <div ref={alertRef} className="cs-alert" role="alert" tabIndex={-1}>
      {message}
      {wait.secondsLeft > 0 && (
        <>
          <span className="cs-hidden"> {fillIn(texts.tryAgainIn, { seconds: wait.total })}</span>
          <span aria-hidden="true"> {fillIn(texts.tryAgainIn, { seconds: wait.secondsLeft })}</span>
        </>
      )}
      {message && children}
    </div>
  )
}
