import { FormAlert } from './form-alert.js'
import { Panel } from './panel.js'
import { PasswordField } from './password-field.js'
import { SubmitButton } from './submit-button.js'
import { ENGLISH, type FormTexts } from './texts.js'
import { useForm } from './use-form.js'

interface PasswordStepProps {
  readonly title: string
  /** What it will mean. */
  readonly note?: string
  readonly email: string
  readonly send: (password: string) => Promise<void>
  readonly onCancel: () => void
  readonly texts: FormTexts | undefined
}

/** Asks for the password once more before something that a borrowed browser must not do. */
export function PasswordStep({ title, note, email, send, onCancel, ...props }: PasswordStepProps) {
  const form = useForm({
    texts: props.texts,
    secret: 'password',
    fieldOf: {
      invalid_credentials: ['password', props.texts?.wrongPassword ?? ENGLISH.wrongPassword],
    },
    check: (fields): Record<string, string> =>
      fields.get('password') ? {} : { password: form.texts.passwordMissing },
    send: (fields) => send(String(fields.get('password'))),
  })
  const { texts, errors } = form
  return (
    <Panel title={title}>
      {note && <p>{note}</p>}
      <p className="cs-note">{texts.factorPassword}</p>
      <form className="cs-form" method="post" {...form.formProps}>
        <input
          className="cs-hidden"
          name="username"
          autoComplete="username"
          defaultValue={email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField
          label={texts.password}
          texts={texts}
          error={errors.password}
          autoComplete="current-password"
        />
        <FormAlert {...form.alertProps} />
        <SubmitButton {...form.buttonProps}>{texts.factorContinue}</SubmitButton>
        <p>
          <button type="button" className="cs-link-button" onClick={onCancel}>
            {texts.cancel}
          </button>
        </p>
      </form>
    </Panel>
  )
}
