'use client'

import { useRef } from 'react'
import { useCapsLock } from '../hooks/use-caps-lock'
import { useShownPassword } from '../hooks/use-shown-password'
import { FieldError } from './field-error'

interface PasswordFieldProps {
  readonly error: string | undefined
  readonly autoComplete: 'current-password' | 'new-password'
  /** Id of further text about the field. */
  readonly describedBy?: string
  readonly onChange?: (value: string) => void
}

/** The password, hidden unless asked to be shown, with a word when Caps Lock is on. */
export function PasswordField({ error, autoComplete, describedBy, onChange }: PasswordFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const shown = useShownPassword(input)
  const capsLock = useCapsLock()
  return (
    <div className="field">
      <label htmlFor="password">Password</label>
      <div className="password">
        <input
          ref={input}
          id="password"
          name="password"
          type={shown.isShown ? 'text' : 'password'}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          required
          aria-invalid={error ? true : undefined}
          aria-describedby={['password-error', 'password-caps', describedBy]
            .filter(Boolean)
            .join(' ')}
          onChange={(event) => onChange?.(event.currentTarget.value)}
          {...capsLock.handlers}
        />
        <button
          type="button"
          className="password-toggle"
          aria-controls="password"
          aria-label={shown.isShown ? 'Hide password' : 'Show password'}
          onClick={shown.toggle}
        >
          {shown.isShown ? 'Hide' : 'Show'}
        </button>
      </div>
      <p className="field-hint" id="password-caps" aria-live="polite">
        {capsLock.isOn && 'Caps Lock is on.'}
      </p>
      <FieldError id="password-error" error={error} />
    </div>
  )
}
