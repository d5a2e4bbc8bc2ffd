'use client'

import { type ReactNode, useState } from 'react'
import { problemIn } from './action-error.js'
import { CheckMail } from './check-mail.js'
import { EmailField, emailIn, isEmail } from './email-field.js'
import type { Entered, FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { PasswordField } from './password-field.js'
import { PlainFields } from './plain-fields.js'
import { type PlainForm, plainAttributes } from './plain-form.js'
import { RememberField } from './remember-field.js'
import { SecondFactorForm } from './second-factor-form.js'
import { SubmitButton } from './submit-button.js'
import { allTexts, type FormTexts } from './texts.js'
import { useForm } from './use-form.js'

export interface SignInFormProps {
  readonly actions: Pick<FormActions, 'signIn'> &
    Partial<Pick<FormActions, 'secondFactor' | 'resendVerification'>>
  /** Signed in: leave for the page that was asked for. */
  readonly onDone: () => void
  /** Where a forgotten password is helped. */
  readonly forgotHref?: string
  readonly defaultEmail?: string
  readonly plain?: PlainForm
  /** Code of the problem that the form had when it was sent without scripts. */
  readonly initialProblem?: string | undefined
  readonly texts?: FormTexts
  /** Between the fields and the button. */
  readonly children?: ReactNode
}

type Step =
  | { readonly name: 'form' }
  | { readonly name: 'mail'; readonly email: string }
  | { readonly name: 'factor'; readonly challenge: string }

/** Email and password; then the second factor, or the mail that has to be opened first. */
export function SignInForm(props: SignInFormProps) {
  const { actions, onDone, texts: ownTexts } = props
  const [step, setStep] = useState<Step>({ name: 'form' })
  const texts = allTexts(ownTexts)
  if (step.name === 'mail') {
    return (
      <CheckMail
        email={step.email}
        title={texts.checkMailTitle}
        text={texts.checkMail}
        resend={actions.resendVerification}
        texts={texts}
        ownTexts={ownTexts}
      />
    )
  }
  if (step.name === 'factor' && actions.secondFactor) {
    return (
      <SecondFactorForm
        actions={{ secondFactor: actions.secondFactor }}
        challenge={step.challenge}
        onDone={onDone}
        onRestart={() => setStep({ name: 'form' })}
        {...(ownTexts && { texts: ownTexts })}
      />
    )
  }
  return <PasswordStep {...props} onStep={setStep} />
}

/** Email and password in one form, so that password managers find both. */
function PasswordStep({
  actions,
  onDone,
  onStep,
  ...props
}: SignInFormProps & { readonly onStep: (step: Step) => void }) {
  const { forgotHref, defaultEmail, plain, initialProblem, children } = props
  const form = useForm({
    texts: props.texts,
    initialProblem,
    secret: 'password',
    check: (fields) => ({
      ...(!isEmail(emailIn(fields)) && { email: form.texts.emailInvalid }),
      ...(!fields.get('password') && { password: form.texts.passwordMissing }),
    }),
    send: async (fields) => {
      const email = emailIn(fields)
      const password = String(fields.get('password'))
      const remember = fields.get('remember') !== null
      const entered = await actions
        .signIn({ email, password, remember })
        .catch((error: unknown): Entered => {
          if (problemIn(error).code === 'email_not_verified') return { next: 'check_mail' }
          throw error
        })
      if (entered.next === 'check_mail') return onStep({ name: 'mail', email })
      if (entered.next === 'second_factor') {
        return onStep({ name: 'factor', challenge: entered.challenge })
      }
      onDone()
      return 'leaving'
    },
  })
  const { texts, errors } = form
  return (
    <form className="cs-form" {...plainAttributes(plain)} {...form.formProps}>
      <PlainFields plain={plain} needsScripts={texts.needsScripts} />
      <EmailField label={texts.email} error={errors.email} defaultValue={defaultEmail} />
      <PasswordField
        label={texts.password}
        texts={texts}
        error={errors.password}
        autoComplete="current-password"
      />
      <div className="cs-row">
        <RememberField label={texts.remember} />
        {forgotHref && <a href={forgotHref}>{texts.forgotLink}</a>}
      </div>
      {children}
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps} plain={!!plain}>
        {texts.signIn}
      </SubmitButton>
    </form>
  )
}
