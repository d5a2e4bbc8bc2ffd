import { brokenRule, PASSWORD_RULES } from './password-rules'

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
