'use client'

import { useState } from 'react'
import { CheckMail } from './check-mail.js'
import { EmailField, emailIn, isEmail } from './email-field.js'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { PlainFields } from './plain-fields.js'
import { type PlainForm, plainAttributes } from './plain-form.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'

export interface ForgotPasswordFormProps {
  readonly actions: Pick<FormActions, 'forgotPassword'>
  readonly defaultEmail?: string
  readonly plain?: PlainForm
  readonly initialProblem?: string | undefined
  readonly texts?: FormTexts
}

/** Asks for a link to choose a new password. What follows is the same for every address. */
export function ForgotPasswordForm({ actions, defaultEmail, ...props }: ForgotPasswordFormProps) {
  const { plain, initialProblem } = props
  const [mailTo, setMailTo] = useState<string>()
  const form = useForm({
    texts: props.texts,
    initialProblem,
    check: (fields): Record<string, string> =>
      isEmail(emailIn(fields)) ? {} : { email: form.texts.emailInvalid },
    send: async (fields) => {
      const email = emailIn(fields)
      await actions.forgotPassword({ email })
      setMailTo(email)
    },
  })
  const { texts, errors } = form
  if (mailTo !== undefined) {
    return (
      <CheckMail
        email={mailTo}
        title={texts.forgotSentTitle}
        text={texts.forgotSent}
        resend={actions.forgotPassword}
        texts={texts}
        ownTexts={props.texts}
      />
    )
  }
  return (
    <form className="cs-form" {...plainAttributes(plain)} {...form.formProps}>
      <PlainFields plain={plain} needsScripts={texts.needsScripts} />
      <EmailField label={texts.email} error={errors.email} defaultValue={defaultEmail} />
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps} plain={!!plain}>
        {texts.forgotSubmit}
      </SubmitButton>
    </form>
  )
}
