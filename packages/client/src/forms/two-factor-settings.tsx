'use client'

import { useState } from 'react'
import { EnrolStep } from './enrol-step.js'
import type { Enrolment, FormActions } from './form-actions.js'
import { PasswordStep } from './password-step.js'
import { RecoveryCodes } from './recovery-codes.js'
import { allTexts, type FormTexts } from './texts.js'

export interface TwoFactorSettingsProps {
  readonly actions: Pick<
    FormActions,
    'enrollSecondFactor' | 'activateSecondFactor' | 'disableSecondFactor' | 'newRecoveryCodes'
  >
  /** Whether it is on, as the server knows. */
  readonly enabled: boolean
  /** Tells password managers whose password is asked for. */
  readonly email: string
  readonly onChange?: (enabled: boolean) => void
  readonly texts?: FormTexts
}

type Step =
  | { readonly name: 'rest' }
  | { readonly name: 'enable' | 'disable' | 'renew' }
  | { readonly name: 'scan'; readonly enrolment: Enrolment }
  | { readonly name: 'codes'; readonly codes: readonly string[] }

const REST: Step = { name: 'rest' }

/** Turns the second factor on and off, and hands out recovery codes. Asks for the password each time. */
export function TwoFactorSettings({ actions, email, onChange, ...props }: TwoFactorSettingsProps) {
  const texts = allTexts(props.texts)
  const [enabled, setEnabled] = useState(props.enabled)
  const [step, setStep] = useState<Step>(REST)
  const change = (on: boolean) => {
    setEnabled(on)
    onChange?.(on)
  }
  const shared = { email, onCancel: () => setStep(REST), texts: props.texts }
  switch (step.name) {
    case 'enable': {
      const send = async (password: string) => {
        setStep({ name: 'scan', enrolment: await actions.enrollSecondFactor({ password }) })
      }
      return <PasswordStep {...shared} title={texts.factorEnable} send={send} />
    }
    case 'disable': {
      const send = async (password: string) => {
        await actions.disableSecondFactor({ password })
        change(false)
        setStep(REST)
      }
      const note = texts.factorDisableNote
      return <PasswordStep {...shared} title={texts.factorDisable} note={note} send={send} />
    }
    case 'renew': {
      const send = async (password: string) => {
        const { recoveryCodes } = await actions.newRecoveryCodes({ password })
        setStep({ name: 'codes', codes: recoveryCodes })
      }
      const note = texts.factorNewCodesNote
      return <PasswordStep {...shared} title={texts.factorNewCodes} note={note} send={send} />
    }
    case 'scan': {
      const send = async (code: string) => {
        const { recoveryCodes } = await actions.activateSecondFactor({ code })
        change(true)
        setStep({ name: 'codes', codes: recoveryCodes })
      }
      return <EnrolStep {...shared} enrolment={step.enrolment} send={send} />
    }
    case 'codes':
      return <RecoveryCodes codes={step.codes} texts={texts} onDone={() => setStep(REST)} />
    case 'rest':
      return (
        <div className="cs-panel">
          <p role="status">
            <strong>{enabled ? texts.factorOn : texts.factorOff}</strong>
          </p>
          <p className="cs-note">{texts.factorWhy}</p>
          <div className="cs-row cs-row-start">
            <Choice name={enabled ? 'renew' : 'enable'} onChoose={setStep}>
              {enabled ? texts.factorNewCodes : texts.factorEnable}
            </Choice>
            {enabled && (
              <Choice name="disable" onChoose={setStep}>
                {texts.factorDisable}
              </Choice>
            )}
          </div>
        </div>
      )
  }
}

interface ChoiceProps {
  readonly name: 'enable' | 'disable' | 'renew'
  readonly onChoose: (step: Step) => void
  readonly children: string
}

function Choice({ name, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      className={`cs-button${name === 'enable' ? '' : ' cs-button-quiet'}`}
      onClick={() => onChoose({ name })}
    >
      <span className="cs-button-label">{children}</span>
    </button>
  )
}
