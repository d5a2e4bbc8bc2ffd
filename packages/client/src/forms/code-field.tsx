import { type RefObject, useRef } from 'react'
import { Field } from './field.js'

/** Digits of a code of an authenticator app. */
const LENGTH = 6

interface CodeFieldProps {
  readonly label: string
  readonly error: string | undefined
  readonly inputRef?: RefObject<HTMLInputElement | null>
}

/** One field for a code of an authenticator app, sent as soon as it is complete. */
export function CodeField({ label, error, inputRef }: CodeFieldProps) {
  const sent = useRef('')
  return (
    <Field
      {...(inputRef && { inputRef })}
      className="cs-code"
      name="code"
      label={label}
      error={error}
      type="text"
      inputMode="numeric"
      autoComplete="one-time-code"
      dir="ltr"
      required
      onChange={({ currentTarget }) => {
        const code = codeIn(currentTarget.value)
        const isComplete = /^\d+$/.test(code) && code.length === LENGTH
        // Not once more for the blank that a phone adds behind it.
        if (isComplete && sent.current !== code) currentTarget.form?.requestSubmit()
        sent.current = isComplete ? code : ''
      }}
    />
  )
}

/** A code without the blanks and dashes that people and apps put between its parts. */
export function codeIn(value: unknown): string {
  return String(value ?? '').replace(/[\s-]/g, '')
}
