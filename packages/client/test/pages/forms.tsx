import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { ActionError, type FormActions } from '../../src/forms.js'
import { FormPage } from './form-page.js'

/** What a test answers to an action: a value, or a problem. */
export interface Played {
  readonly value?: unknown
  readonly problem?: string
  readonly retryAfterSeconds?: number
}

declare global {
  interface Window {
    /** The test's side of the actions. */
    play(action: string, values: unknown): Promise<Played>
    done: string[]
  }
}

const actions = new Proxy({} as FormActions, {
  get: (_target, action: string) => async (values: unknown) => {
    const { value, problem, retryAfterSeconds } = await window.play(action, values)
    if (problem) throw new ActionError(problem, { retryAfterSeconds })
    return value
  },
})

window.done = []
const { name = '', plain } = document.body.dataset
hydrateRoot(
  document.querySelector('main') as HTMLElement,
  <StrictMode>
    <FormPage
      name={name}
      actions={actions}
      plain={plain === 'true'}
      onDone={(what) => window.done.push(what)}
    />
  </StrictMode>,
)
