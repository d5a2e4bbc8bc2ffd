import { ENGLISH, type FormTexts, fillIn } from './texts.js'

/** What is asked of a new password. */
export interface PasswordPolicy {
  /** Characters; the server's own number. */
  readonly minLength: number
}

/** As the server does if it is not told otherwise. */
export const DEFAULT_POLICY: PasswordPolicy = { minLength: 8 }

/** A rule and whether it is kept. */
export interface JudgedRule {
  readonly text: string
  readonly isMet: boolean
}

/** Every rule for a password, in the order in which they are read. */
export function judge(
  { password, email }: { readonly password: string; readonly email: string },
  { minLength }: PasswordPolicy,
  texts: Required<Pick<FormTexts, 'ruleLength' | 'ruleEmail'>> = ENGLISH,
): readonly JudgedRule[] {
  const isEmail = password.trim().toLowerCase() === email.trim().toLowerCase()
  return [
    {
      text: fillIn(texts.ruleLength, { count: minLength }),
      // Characters as people count them, not as the computer stores them.
      isMet: [...password].length >= minLength,
    },
    { text: texts.ruleEmail, isMet: password !== '' && !isEmail },
  ]
}
