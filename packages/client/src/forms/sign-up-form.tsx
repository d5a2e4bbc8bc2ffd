'use client'

import { useState } from 'react'
import { CheckMail } from './check-mail.js'
import { EmailField, emailIn, isEmail } from './email-field.js'
import { Field } from './field.js'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { NewPasswordField, newPasswordError } from './new-password-field.js'
import { DEFAULT_POLICY, type PasswordPolicy } from './password-rules.js'
import { PlainFields } from './plain-fields.js'
import { type PlainForm, plainAttributes } from './plain-form.js'
import { RememberField } from './remember-field.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'

export interface SignUpFormProps {
  readonly actions: Pick<FormActions, 'signUp'> & Partial<Pick<FormActions, 'resendVerification'>>
  /** Signed in; not called where the address has to be confirmed first. */
  readonly onDone: () => void
  /** As the server has it. */
  readonly policy?: PasswordPolicy
  readonly plain?: PlainForm
  /** Code of the problem that the form had when it was sent without scripts. */
  readonly initialProblem?: string | undefined
  readonly texts?: FormTexts
}

/** Creates an account; then signed in, or asked to look into the mail. */
export function SignUpForm({
  actions,
  onDone,
  policy = DEFAULT_POLICY,
  ...props
}: SignUpFormProps) {
  const { plain, initialProblem } = props
  const [email, setEmail] = useState('')
  const [mailTo, setMailTo] = useState<string>()
  const form = useForm({
    texts: props.texts,
    initialProblem,
    fieldOf: { email_taken: 'email', weak_password: 'password', breached_password: 'password' },
    check: (fields) => {
      const account = { email: emailIn(fields), password: String(fields.get('password') ?? '') }
      const password = newPasswordError(account, policy, form.texts)
      return {
        ...(!isEmail(account.email) && { email: form.texts.emailInvalid }),
        ...(password && { password }),
      }
    },
    send: async (fields) => {
      const name = String(fields.get('name') ?? '').trim()
      const account = { email: emailIn(fields), password: String(fields.get('password')) }
      const remember = fields.get('remember') !== null
      const entered = await actions.signUp({ ...account, remember, ...(name && { name }) })
      if (entered.next !== 'done') return setMailTo(account.email)
      onDone()
      return 'leaving'
    },
  })
  const { texts, errors } = form
  if (mailTo !== undefined) {
    return (
      <CheckMail
        email={mailTo}
        title={texts.checkMailTitle}
        text={texts.checkMail}
        resend={actions.resendVerification}
        texts={texts}
        ownTexts={props.texts}
      />
    )
  }
  return (
    <form className="cs-form" {...plainAttributes(plain)} {...form.formProps}>
      <PlainFields plain={plain} needsScripts={texts.needsScripts} />
      <Field
        name="name"
        label={texts.name}
        hint={texts.optional}
        type="text"
        autoComplete="name"
        maxLength={100}
      />
      <EmailField label={texts.email} error={errors.email} onChange={setEmail} />
      <NewPasswordField
        label={texts.password}
        texts={texts}
        errors={errors}
        policy={policy}
        email={email}
      />
      <RememberField label={texts.remember} />
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps} plain={!!plain}>
        {texts.signUp}
      </SubmitButton>
    </form>
  )
}
