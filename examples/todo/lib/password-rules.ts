interface PasswordRule {
  readonly text: string
  readonly isMet: (password: string, email: string) => boolean
}

/** What the auth server asks of a new password. It also refuses passwords known from breaches. */
export const PASSWORD_RULES: readonly PasswordRule[] = [
  { text: 'At least 8 characters', isMet: (password) => [...password].length >= 8 },
  {
    text: 'Not your email address',
    isMet: (password, email) => password.trim().toLowerCase() !== email.trim().toLowerCase(),
  },
]

/** The text of the first rule that a password breaks. */
export function brokenRule(
  rules: readonly PasswordRule[],
  password: string,
  email: string,
): string | undefined {
  return rules.find((rule) => !rule.isMet(password, email))?.text
}
