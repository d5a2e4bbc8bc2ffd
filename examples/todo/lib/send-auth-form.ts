import { brokenRule, PASSWORD_RULES } from './password-rules'
import { problemOf, REQUEST_TIMEOUT_MS, type RequestProblem } from './request-problem'

export type AuthAction = 'login' | 'signup'
export type FieldErrors = Readonly<Record<string, string>>

/** What is wrong with the fields, as far as can be told without asking the server. */
export function checkAuthForm(action: AuthAction, form: FormData): FieldErrors {
  const email = String(form.get('email') ?? '').trim()
  const password = String(form.get('password') ?? '')
  const errors: Record<string, string> = {}
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) errors.email = 'Enter your email, like name@example.com.'
  if (password === '') errors.password = 'Enter your password.'
  else if (action === 'signup') {
    const rule = brokenRule(PASSWORD_RULES, password, email)
    if (rule) errors.password = `${rule}, please.`
  }
  return errors
}

type AuthAnswer =
  | { readonly ok: true; readonly session: unknown }
  | { readonly ok: false; readonly problem: RequestProblem }

/** Sends the form. */
export async function sendAuthForm(action: AuthAction, form: FormData): Promise<AuthAnswer> {
  try {
    const response = await fetch(`/api/auth/${action}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(authBody(action, form)),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (response.ok) return { ok: true, session: await response.json() }
    return { ok: false, problem: await problemOf(response) }
  } catch {
    return { ok: false, problem: { code: 'network' } }
  }
}

/** The body of `POST /api/auth/login` or `/signup`. The password goes as it was typed. */
export function authBody(action: AuthAction, form: FormData): Record<string, unknown> {
  const name = String(form.get('name') ?? '').trim()
  return {
    email: String(form.get('email') ?? '').trim(),
    password: String(form.get('password') ?? ''),
    remember: form.get('remember') !== null,
    ...(action === 'signup' && name ? { name } : {}),
  }
}
