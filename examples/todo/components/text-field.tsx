import { FieldError } from './field-error'

interface TextFieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly autoComplete: string
  readonly maxLength?: number
}

/** A line of text with its label. */
export function TextField({ name, label, hint, error, autoComplete, maxLength }: TextFieldProps) {
  return (
    <div className="field">
      <label htmlFor={name}>
        {label} {hint && <span className="field-hint">{hint}</span>}
      </label>
      <input
        id={name}
        name={name}
        type="text"
        autoComplete={autoComplete}
        maxLength={maxLength}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${name}-error`}
      />
      <FieldError id={`${name}-error`} error={error} />
    </div>
  )
}
