import { type FormEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { ActionError, problemIn } from './action-error.js'
import { allTexts, errorText, type FormTexts } from './texts.js'
import { useCountdown } from './use-countdown.js'
import { useHydrated } from './use-hydrated.js'
import { withDeadline } from './with-deadline.js'

export type FieldErrors = Readonly<Record<string, string>>

export interface FormOptions {
  /** Rejects with what `FormActions` reject with. `'leaving'`: the page is about to be gone. */
  readonly send: (fields: FormData) => Promise<unknown>
  /** What is wrong with the fields, as far as can be told without asking the server. */
  readonly check?: (fields: FormData) => FieldErrors
  /** The field that an answer is about, and what stands under it; every other concerns the form. */
  readonly fieldOf?: Readonly<Record<string, string | readonly [field: string, text: string]>>
  /** The field that is not worth keeping after a wrong attempt. */
  readonly secret?: string
  /** Code of the problem that a form sent without scripts had. */
  readonly initialProblem?: string | undefined
  readonly texts?: FormTexts | undefined
}

/** Longest time for the next page to come. Milliseconds. */
const LEAVING_MS = 10_000

/** After these the form is as good as before, but for its secret. */
const WRONG_ATTEMPT = ['invalid_credentials', 'invalid_code']

/** Checks and sends a form once at a time, and leads back to what was wrong with it. */
export function useForm(options: FormOptions) {
  const texts = allTexts(options.texts)
  const form = useRef<HTMLFormElement>(null)
  const alert = useRef<HTMLDivElement>(null)
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<FieldErrors>({})
  const { initialProblem } = options
  const [message, setMessage] = useState(
    initialProblem ? errorText(initialProblem, options.texts) : undefined,
  )
  const { tryAgainNow } = texts
  const wait = useCountdown(useCallback(() => setMessage(tryAgainNow), [tryAgainNow]))
  const hydrated = useHydrated()

  // From here on the fields are checked below, with messages of our own.
  useEffect(() => {
    if (form.current) form.current.noValidate = true
  }, [])

  const showErrors = (found: FieldErrors) => {
    setErrors(found)
    firstField(form, Object.keys(found))?.focus()
  }

  const showProblem = ({ code, retryAfterSeconds }: ActionError) => {
    const sentence = errorText(code, options.texts)
    const found = options.fieldOf?.[code]
    const [field, text] = typeof found === 'string' ? [found, sentence] : (found ?? [])
    const secret = WRONG_ATTEMPT.includes(code) ? firstField(form, [options.secret]) : undefined
    if (secret) setValue(secret, '')
    if (field) return showErrors({ [field]: text ?? sentence })
    setMessage(sentence)
    if (retryAfterSeconds) wait.start(retryAfterSeconds)
    const target = secret ?? alert.current
    target?.focus()
  }

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (sending.current || wait.secondsLeft > 0) return
    const fields = new FormData(event.currentTarget)
    const found = options.check?.(fields) ?? {}
    setMessage(undefined)
    if (Object.keys(found).length > 0) return showErrors(found)
    setErrors({})
    sending.current = true
    setBusy(true)
    const outcome = await withDeadline(options.send(fields)).catch(problemIn)
    // The button stays busy until the page is gone, but not for ever if it is not.
    if (outcome === 'leaving') await new Promise((resolve) => setTimeout(resolve, LEAVING_MS))
    sending.current = false
    setBusy(false)
    if (outcome instanceof ActionError) showProblem(outcome)
  }

  const onInput = (event: FormEvent<HTMLFormElement>) => {
    const { name } = event.target as HTMLInputElement
    setErrors(({ [name]: _, ...others }) => others)
  }

  return {
    formProps: { ref: form, onSubmit, onInput },
    alertProps: { alertRef: alert, message, wait, texts },
    buttonProps: { busy, blocked: wait.secondsLeft > 0, hydrated },
    errors,
    texts,
    hydrated,
  }
}

type FormRef = RefObject<HTMLFormElement | null>

/** The first of these fields in the order of the page. */
function firstField(form: FormRef, names: readonly unknown[]): HTMLInputElement | undefined {
  const fields = [...(form.current?.elements ?? [])]
  return fields.find(
    (field): field is HTMLInputElement =>
      field instanceof HTMLInputElement && names.includes(field.name),
  )
}

/** Sets a field as if it had been typed, so that whoever counts along hears of it. */
function setValue(field: HTMLInputElement, value: string): void {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {}
  set?.call(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
