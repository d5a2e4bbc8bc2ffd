interface Account {
  readonly email: string
  readonly password: string
  readonly remember: boolean
  readonly name?: string
}

/** What stands in a form that was sent without scripts. The password goes as it was typed. */
export function accountIn(form: FormData): Account {
  const name = String(form.get('name') ?? '').trim()
  return {
    email: emailIn(form),
    password: String(form.get('password') ?? ''),
    remember: form.get('remember') !== null,
    ...(name ? { name } : {}),
  }
}

/** The address in a form. */
export function emailIn(form: FormData): string {
  return String(form.get('email') ?? '').trim()
}
