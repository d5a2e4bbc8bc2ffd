import { FieldError } from './field-error'

interface EmailFieldProps {
  readonly error: string | undefined
  readonly autoComplete: string
  readonly onChange?: (value: string) => void
}

/** The email address; password managers know it as the user name. */
export function EmailField({ error, autoComplete, onChange }: EmailFieldProps) {
  return (
    <div className="field">
      <label htmlFor="email">Email</label>
      <input
        id="email"
        name="email"
        type="email"
        inputMode="email"
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={254}
        aria-invalid={error ? true : undefined}
        aria-describedby="email-error"
        onChange={(event) => onChange?.(event.currentTarget.value)}
      />
      <FieldError id="email-error" error={error} />
    </div>
  )
}
