'use client'

import { type ReactNode, useState } from 'react'
import type { FormActions } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { LinkFault } from './link-fault.js'
import { isLinkProblem } from './link-problem.js'
import { Panel } from './panel.js'
import { PlainFields } from './plain-fields.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'
import { useLinkToken } from './use-link-token.js'

export interface VerifyEmailProps {
  /** `verifyEmail` for a new account, `confirmEmail` for one of the two links of a changed address. */
  readonly actions: Pick<FormActions, 'verifyEmail'> | Pick<FormActions, 'confirmEmail'>
  readonly whenDone?: ReactNode
  readonly whenInvalid?: ReactNode
  readonly texts?: FormTexts
}

/**
 * The page behind the link of a mail. Nothing happens before its button is pressed: programs that
 * look into mails for viruses open every link.
 */
export function VerifyEmail({ actions, whenDone, whenInvalid, ...props }: VerifyEmailProps) {
  const token = useLinkToken()
  const [end, setEnd] = useState<'verified' | 'confirmed' | 'waiting' | 'invalid'>()
  const form = useForm({
    texts: props.texts,
    send: async () => {
      if (!token) return
      try {
        setEnd(await confirm(actions, token))
      } catch (error) {
        if (!isLinkProblem(error)) throw error
        setEnd('invalid')
      }
    },
  })
  const { texts } = form
  if (end === 'invalid' || token === null) {
    return (
      <LinkFault isMissing={token === null} texts={texts}>
        {whenInvalid}
      </LinkFault>
    )
  }
  if (end === 'waiting') {
    return (
      <Panel title={texts.confirmWaitTitle}>
        <p>{texts.confirmWait}</p>
      </Panel>
    )
  }
  if (end) {
    return (
      <Panel title={texts.verifyDoneTitle}>
        <p>{end === 'verified' ? texts.verifyDone : texts.confirmDone}</p>
        {whenDone}
      </Panel>
    )
  }
  return (
    <form className="cs-form" method="post" {...form.formProps}>
      <PlainFields plain={undefined} needsScripts={texts.needsScripts} />
      <p>{texts.verifyNote}</p>
      <FormAlert {...form.alertProps} />
      <SubmitButton {...form.buttonProps} hydrated={token !== undefined}>
        {texts.verifySubmit}
      </SubmitButton>
    </form>
  )
}

async function confirm(actions: VerifyEmailProps['actions'], token: string) {
  if ('confirmEmail' in actions) {
    const { complete } = await actions.confirmEmail({ token })
    return complete ? 'confirmed' : 'waiting'
  }
  await actions.verifyEmail({ token })
  return 'verified'
}
