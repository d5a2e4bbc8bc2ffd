'use client'

import { useEffect, useState } from 'react'
import { problemIn } from './action-error.js'
import { CodeField, codeIn } from './code-field.js'
import { Field } from './field.js'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'

export interface SecondFactorFormProps {
  readonly actions: Pick<FormActions, 'secondFactor'>
  /** From the answer to the sign-in. */
  readonly challenge: string
  readonly onDone: () => void
  /** Back to the password, as when this took too long. */
  readonly onRestart?: () => void
  readonly texts?: FormTexts
}

/** The second step of a sign-in: a code of the authenticator app, or a recovery code. */
export function SecondFactorForm({
  actions,
  challenge,
  onDone,
  onRestart,
  ...props
}: SecondFactorFormProps) {
  const [kind, setKind] = useState<'app' | 'recovery'>('app')
  const [isOver, setIsOver] = useState(false)
  const form = useForm({
    texts: props.texts,
    secret: 'code',
    fieldOf: { invalid_code: 'code' },
    check: (fields): Record<string, string> =>
      codeIn(fields.get('code')) ? {} : { code: form.texts.codeMissing },
    send: async (fields) => {
      const typed = String(fields.get('code')).trim()
      const code = kind === 'app' ? codeIn(typed) : typed
      try {
        await actions.secondFactor({ challenge, code })
      } catch (error) {
        setIsOver(problemIn(error).code === 'link_invalid')
        throw error
      }
      onDone()
      return 'leaving'
    },
  })
  const { texts, errors } = form
  const { ref } = form.formProps
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other field comes with the other kind
  useEffect(() => {
    ref.current?.querySelector('input')?.focus()
  }, [ref, kind])
  return (
    <form className="cs-form" method="post" {...form.formProps}>
      {kind === 'app' ? (
        <CodeField key="app" label={texts.code} error={errors.code} />
      ) : (
        <Field
          key="recovery"
          className="cs-code"
          name="code"
          label={texts.recoveryCode}
          error={errors.code}
          type="text"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          required
        />
      )}
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps}>{texts.codeSubmit}</SubmitButton>
      <p className="cs-row">
        <button
          type="button"
          className="cs-link-button"
          onClick={() => setKind(kind === 'app' ? 'recovery' : 'app')}
        >
          {kind === 'app' ? texts.useRecoveryCode : texts.useAppCode}
        </button>
        {(isOver || kind === 'recovery') && onRestart && (
          <button type="button" className="cs-link-button" onClick={onRestart}>
            {texts.startAgain}
          </button>
        )}
      </p>
    </form>
  )
}
