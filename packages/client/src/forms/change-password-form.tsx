'use client'

import { useState } from 'react'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { NewPasswordField, newPasswordError } from './new-password-field.js'
import { PasswordField } from './password-field.js'
import { DEFAULT_POLICY, type PasswordPolicy } from './password-rules.js'
import { PlainFields } from './plain-fields.js'
import { SubmitButton } from './submit-button.js'
import { ENGLISH, type FormTexts } from './texts.js'
import { useForm } from './use-form.js'

export interface ChangePasswordFormProps {
  readonly actions: Pick<FormActions, 'changePassword'>
  /** Tells password managers whose password it is. */
  readonly email: string
  readonly policy?: PasswordPolicy
  readonly onDone?: () => void
  readonly texts?: FormTexts
}

/** A new password for whoever knows the present one. */
export function ChangePasswordForm({
  actions,
  email,
  policy = DEFAULT_POLICY,
  onDone,
  ...props
}: ChangePasswordFormProps) {
  const [done, setDone] = useState<string>()
  /** A new one for each change, so that no field keeps a password. */
  const [round, setRound] = useState(0)
  const form = useForm({
    texts: props.texts,
    secret: 'currentPassword',
    fieldOf: {
      invalid_credentials: ['currentPassword', props.texts?.wrongPassword ?? ENGLISH.wrongPassword],
      weak_password: 'newPassword',
      breached_password: 'newPassword',
    },
    check: (fields) => {
      const [current, password, repeat] = passwordsIn(fields)
      const fault = newPasswordError({ email, password }, policy, form.texts)
      return {
        ...(!current && { currentPassword: form.texts.passwordMissing }),
        ...(fault && { newPassword: fault }),
        ...(!fault && password !== repeat && { repeat: form.texts.passwordsDiffer }),
      }
    },
    send: async (fields) => {
      setDone(undefined)
      const [currentPassword, newPassword] = passwordsIn(fields)
      const keepOtherSessions = fields.get('endOthers') === null
      await actions.changePassword({ currentPassword, newPassword, keepOtherSessions })
      setDone(keepOtherSessions ? form.texts.changeDone : form.texts.changeDoneOthers)
      setRound((last) => last + 1)
      onDone?.()
    },
  })
  const { texts, errors } = form
  return (
    <form className="cs-form" method="post" {...form.formProps}>
      <PlainFields plain={undefined} needsScripts={texts.needsScripts} />
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
        key={`current-${round}`}
        name="currentPassword"
        label={texts.currentPassword}
        texts={texts}
        error={errors.currentPassword}
        autoComplete="current-password"
      />
      <NewPasswordField
        key={`new-${round}`}
        name="newPassword"
        label={texts.newPassword}
        texts={texts}
        errors={errors}
        policy={policy}
        email={email}
      />
      <PasswordField
        key={`repeat-${round}`}
        name="repeat"
        label={texts.repeatPassword}
        texts={texts}
        error={errors.repeat}
        autoComplete="new-password"
      />
      <label className="cs-choice">
        <input type="checkbox" name="endOthers" value="yes" defaultChecked />
        {texts.changeOthers}
      </label>
      <FormAlert {...form.alertProps} />
      <p className="cs-done" role="status">
        {done}
      </p>
      <SubmitButton {...form.buttonProps}>{texts.changeSubmit}</SubmitButton>
    </form>
  )
}

function passwordsIn(fields: FormData): [current: string, password: string, repeat: string] {
  const read = (name: string) => String(fields.get(name) ?? '')
  return [read('currentPassword'), read('newPassword'), read('repeat')]
}
