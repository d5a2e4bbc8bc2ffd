import { useId, useState } from 'react'
import { PasswordField } from './password-field.js'
import { judge, type PasswordPolicy } from './password-rules.js'
import { type allTexts, fillIn } from './texts.js'
import type { FieldErrors } from './use-form.js'

interface NewPasswordFieldProps {
  readonly name?: string
  readonly label: string
  readonly texts: ReturnType<typeof allTexts>
  readonly errors: FieldErrors
  readonly policy: PasswordPolicy
  readonly email?: string
}

/** A new password with its rules, to be read before typing; each is ticked as soon as it is kept. */
export function NewPasswordField({
  name = 'password',
  label,
  texts,
  errors,
  policy,
  email = '',
}: NewPasswordFieldProps) {
  const [password, setPassword] = useState('')
  const rulesId = useId()
  return (
    <>
      <PasswordField
        name={name}
        label={label}
        texts={texts}
        error={errors[name]}
        autoComplete="new-password"
        minLength={policy.minLength}
        describedBy={rulesId}
        onChange={setPassword}
      />
      <ul className="cs-rules" id={rulesId}>
        {judge({ password, email }, policy, texts).map(({ text, isMet }) => (
          <li key={text} data-met={isMet && password !== ''}>
            {text}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What is wrong with a new password, if something is. */
export function newPasswordError(
  about: { readonly password: string; readonly email: string },
  policy: PasswordPolicy,
  texts: ReturnType<typeof allTexts>,
): string | undefined {
  if (about.password === '') return texts.passwordMissing
  const broken = judge(about, policy, texts).find(({ isMet }) => !isMet)
  return broken && fillIn(texts.rule, { rule: broken.text })
}
