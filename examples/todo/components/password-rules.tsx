import { brokenRule, PASSWORD_RULES } from '../lib/password-rules'

interface PasswordRulesProps {
  readonly id: string
  readonly password: string
  readonly email: string
}

/** The rules, to be read before typing; each is ticked as soon as it is met. */
export function PasswordRules({ id, password, email }: PasswordRulesProps) {
  return (
    <ul className="rules" id={id}>
      {PASSWORD_RULES.map((rule) => (
        <li key={rule.text} data-met={password !== '' && !brokenRule([rule], password, email)}>
          {rule.text}
        </li>
      ))}
    </ul>
  )
}
