import { Field } from './field.js'

interface EmailFieldProps {
  readonly label: string
  readonly error: string | undefined
  readonly defaultValue?: string | undefined
  readonly autoComplete?: string
  readonly onChange?: (value: string) => void
}

/** The email address; password managers know it as the user name. */
export function EmailField({ autoComplete = 'username', onChange, ...rest }: EmailFieldProps) {
  return (
    <Field
      {...rest}
      name="email"
      type="email"
      inputMode="email"
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      dir="ltr"
      required
      maxLength={254}
      onChange={(event) => onChange?.(event.currentTarget.value)}
    />
  )
}

/** Whether a text may be an address: the server knows better, and asks whoever owns it. */
export function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(value)
}

/** What stands in the field, without the blanks that a phone adds. */
export function emailIn(fields: FormData): string {
  return String(fields.get('email') ?? '').trim()
}
