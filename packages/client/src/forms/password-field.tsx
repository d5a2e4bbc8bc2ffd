import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Field } from './field.js'
import type { allTexts } from './texts.js'

interface PasswordFieldProps {
  readonly name?: string
  readonly label: string
  readonly texts: ReturnType<typeof allTexts>
  readonly error: string | undefined
  readonly autoComplete: 'current-password' | 'new-password'
  /** For password managers that make one up. */
  readonly minLength?: number
  readonly describedBy?: string
  readonly onChange?: (value: string) => void
}

/** A password: hidden unless asked to be shown, with a word when Caps Lock is on. */
export function PasswordField({
  name = 'password',
  texts,
  minLength,
  onChange,
  ...rest
}: PasswordFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isShown, toggle] = useShown(input)
  const [capsLock, setCapsLock] = useState(false)
  // Filling in by a password manager sends key events that know no modifier.
  const look = (event: KeyboardEvent) => setCapsLock(!!event.getModifierState?.('CapsLock'))
  return (
    <Field
      {...rest}
      {...(minLength && { passwordrules: `minlength: ${minLength}; maxlength: 256;` })}
      inputRef={input}
      name={name}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      required
      onChange={(event) => onChange?.(event.currentTarget.value)}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={() => setCapsLock(false)}
      beside={(id) => (
        <button
          type="button"
          className="cs-reveal"
          aria-controls={id}
          aria-label={isShown ? texts.hidePassword : texts.showPassword}
          onClick={toggle}
        >
          {isShown ? texts.hide : texts.show}
        </button>
      )}
    >
      <p className="cs-caps" aria-live="polite">
        {capsLock && texts.capsLock}
      </p>
    </Field>
  )
}

/** Shows and hides a password without losing the caret; hidden again when its form is sent. */
function useShown(input: { readonly current: HTMLInputElement | null }) {
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    const form = input.current?.form
    const hide = () => setIsShown(false)
    form?.addEventListener('submit', hide)
    return () => form?.removeEventListener('submit', hide)
  }, [input])

  const toggle = () => {
    const field = input.current
    const caret = [field?.selectionStart ?? null, field?.selectionEnd ?? null] as const
    setIsShown((shown) => !shown)
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(...caret)
    })
  }
  return [isShown, toggle] as const
}
