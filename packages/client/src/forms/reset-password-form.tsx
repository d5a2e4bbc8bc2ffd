'use client'

import { type ReactNode, useState } from 'react'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { LinkFault } from './link-fault.js'
import { isLinkProblem } from './link-problem.js'
import { NewPasswordField, newPasswordError } from './new-password-field.js'
import { Panel } from './panel.js'
import { DEFAULT_POLICY, type PasswordPolicy } from './password-rules.js'
import { PlainFields } from './plain-fields.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'
import { useLinkToken } from './use-link-token.js'

export interface ResetPasswordFormProps {
  readonly actions: Pick<FormActions, 'resetPassword'>
  readonly policy?: PasswordPolicy
  /** The way on when the password is saved, such as a link to the sign-in page. */
  readonly whenDone?: ReactNode
  /** The way on when the link is no good, such as one to ask for another. */
  readonly whenInvalid?: ReactNode
  readonly texts?: FormTexts
}

/** The page behind the link of the mail: a new password for the one-time value in the address. */
export function ResetPasswordForm({
  actions,
  policy = DEFAULT_POLICY,
  whenDone,
  whenInvalid,
  ...props
}: ResetPasswordFormProps) {
  const token = useLinkToken()
  const [end, setEnd] = useState<'done' | 'invalid'>()
  const form = useForm({
    texts: props.texts,
    fieldOf: { weak_password: 'password', breached_password: 'password' },
    check: (fields): Record<string, string> => {
      const about = { email: '', password: String(fields.get('password') ?? '') }
      const password = newPasswordError(about, policy, form.texts)
      return password ? { password } : {}
    },
    send: async (fields) => {
      if (!token) return
      const password = String(fields.get('password'))
      try {
        await actions.resetPassword({ token, password })
        setEnd('done')
      } catch (error) {
        if (!isLinkProblem(error)) throw error
        setEnd('invalid')
      }
    },
  })
  const { texts, errors } = form
  if (end === 'done') {
    return (
      <Panel title={texts.resetDoneTitle}>
        <p>{texts.resetDone}</p>
        {whenDone}
      </Panel>
    )
  }
  if (end === 'invalid' || token === null) {
    return (
      <LinkFault isMissing={token === null} texts={texts}>
        {whenInvalid}
      </LinkFault>
    )
  }
  return (
    <form className="cs-form" method="post" {...form.formProps}>
      <PlainFields plain={undefined} needsScripts={texts.needsScripts} />
      <NewPasswordField label={texts.newPassword} texts={texts} errors={errors} policy={policy} />
      <p className="cs-note">{texts.resetNote}</p>
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps} hydrated={token !== undefined}>
        {texts.resetSubmit}
      </SubmitButton>
    </form>
  )
}
