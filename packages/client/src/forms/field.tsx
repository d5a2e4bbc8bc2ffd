import type { InputHTMLAttributes, ReactNode, RefObject } from 'react'
import { useId } from 'react'

export interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** Ids of further text about the field. */
  readonly describedBy?: string | undefined
  readonly inputRef?: RefObject<HTMLInputElement | null>
  /** Beside the input, such as a button; gets its id. */
  readonly beside?: (inputId: string) => ReactNode
  /** Between the input and its error. */
  readonly children?: ReactNode
}

/** A field with its label above and a line for its error below, which is there from the start. */
export function Field({
  label,
  hint,
  error,
  describedBy,
  inputRef,
  beside,
  children,
  ...input
}: FieldProps) {
  const id = useId()
  return (
    <div className="cs-field">
      <label htmlFor={id}>
        {label} {hint && <span className="cs-hint">{hint}</span>}
      </label>
      <div className="cs-input">
        <input
          {...input}
          ref={inputRef}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy ? `${id}-error ${describedBy}` : `${id}-error`}
        />
        {beside?.(id)}
      </div>
      {children}
      <p className="cs-field-error" id={`${id}-error`} aria-live="polite">
        {error}
      </p>
    </div>
  )
}
