import { type FormEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { type AuthAction, checkAuthForm, type FieldErrors } from '../lib/auth-form'
import type { RequestProblem } from '../lib/request-problem'
import { errorSentence } from '../lib/sentences'
import { useCountdown } from './use-countdown'

interface AuthFormOptions {
  readonly action: AuthAction
  /** What kept the visitor out; undefined when signed in, and the form is about to be gone. */
  readonly send: (fields: FormData) => Promise<RequestProblem | undefined>
  readonly initialAlert?: string | undefined
}

/** The fields an answer is about; every other problem concerns the form as a whole. */
const FIELD_OF_CODE: Readonly<Record<string, string>> = {
  email_taken: 'email',
  weak_password: 'password',
  breached_password: 'password',
}

/** Checks and sends a sign-in or sign-up form. */
export function useAuthForm({ action, send, initialAlert }: AuthFormOptions) {
  const form = useRef<HTMLFormElement>(null)
  const alert = useRef<HTMLDivElement>(null)
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [message, setMessage] = useState(initialAlert)
  const wait = useCountdown(useCallback(() => setMessage('You can try again now.'), []))

  // From here on the fields are checked below, with messages of our own.
  useEffect(() => {
    if (form.current) form.current.noValidate = true
  }, [])

  const showErrors = (found: FieldErrors) => {
    setErrors(found)
    const [first] = Object.keys(found)
    fieldOf(form, first)?.focus()
  }

  const showProblem = ({ code, retryAfterSeconds }: RequestProblem) => {
    const sentence = errorSentence(code)
    const field = FIELD_OF_CODE[code]
    if (field) return showErrors({ [field]: sentence })
    if (code === 'rate_limited' && retryAfterSeconds) {
      wait.start(retryAfterSeconds)
      setMessage(`Too many attempts.`)
    } else setMessage(sentence)
    if (code === 'invalid_credentials') clearPassword(form)
    else alert.current?.focus()
  }

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (sending.current || wait.secondsLeft > 0) return
    const fields = new FormData(event.currentTarget)
    const found = checkAuthForm(action, fields)
    setMessage(undefined)
    if (Object.keys(found).length > 0) return showErrors(found)
    sending.current = true
    setBusy(true)
    const problem = await send(fields)
    if (!problem) return // Busy until the page is gone.
    sending.current = false
    setBusy(false)
    showProblem(problem)
  }

  const onInput = (event: FormEvent<HTMLFormElement>) => {
    const { name } = event.target as HTMLInputElement
    setErrors(({ [name]: _, ...others }) => others)
  }

  return {
    props: { ref: form, onSubmit, onInput },
    alertProps: { ref: alert, message, secondsLeft: wait.secondsLeft },
    errors,
    busy,
    blocked: wait.secondsLeft > 0,
  }
}

type FormRef = RefObject<HTMLFormElement | null>

function fieldOf(form: FormRef, name: string | undefined): HTMLInputElement | undefined {
  const field = name ? form.current?.elements.namedItem(name) : undefined
  return field instanceof HTMLInputElement ? field : undefined
}

/** A wrong password is not worth keeping; the email is. */
function clearPassword(form: FormRef): void {
  const field = fieldOf(form, 'password')
  if (!field) return
  field.value = ''
  field.focus()
}
