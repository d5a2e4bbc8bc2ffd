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

interface Account {
  readonly email: string
  readonly password: string
  readonly remember: boolean
  readonly name?: string
}

/** What stands in a form: the body of `POST /api/auth/login` or `/signup`. The password goes as it was typed. */
export function accountIn(form: FormData): Account {
  const name = String(form.get('name') ?? '').trim()
  return {
    email: String(form.get('email') ?? '').trim(),
    password: String(form.get('password') ?? ''),
    remember: form.get('remember') !== null,
    ...(name ? { name } : {}),
  }
}
