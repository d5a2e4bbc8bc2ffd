import { CodeField, codeIn } from './code-field.js'
import type { Enrolment } from './form-actions.js'
import { FormAlert } from './form-alert.js'
import { Panel } from './panel.js'
import { QrPicture } from './qr-picture.js'
import { SubmitButton } from './submit-button.js'
import type { FormTexts } from './texts.js'
import { useForm } from './use-form.js'

interface EnrolStepProps {
  readonly enrolment: Enrolment
  readonly send: (code: string) => Promise<void>
  readonly onCancel: () => void
  readonly texts: FormTexts | undefined
}

/** The key for an authenticator app, which counts once a code of it was right. */
export function EnrolStep({ enrolment, send, onCancel, ...props }: EnrolStepProps) {
  const form = useForm({
    texts: props.texts,
    secret: 'code',
    fieldOf: { invalid_code: 'code' },
    check: (fields): Record<string, string> =>
      codeIn(fields.get('code')) ? {} : { code: form.texts.codeMissing },
    send: (fields) => send(codeIn(fields.get('code'))),
  })
  const { texts, errors } = form
  return (
    <Panel title={texts.factorEnable}>
      <p>{texts.factorScan}</p>
      <QrPicture text={enrolment.uri} label={texts.factorPicture} />
      <p className="cs-key">
        {texts.factorKey}: <code dir="ltr">{inGroups(enrolment.secret)}</code>
      </p>
      <form className="cs-form" method="post" {...form.formProps}>
        <CodeField label={texts.code} error={errors.code} />
        <FormAlert {...form.alertProps} />
        <SubmitButton {...form.buttonProps}>{texts.factorConfirm}</SubmitButton>
        <p>
          <button type="button" className="cs-link-button" onClick={onCancel}>
            {texts.cancel}
          </button>
        </p>
      </form>
    </Panel>
  )
}

/** A key as people can read it off: in groups of four. */
function inGroups(key: string): string {
  return key.replace(/(.{4})(?=.)/g, '$1 ')
}
