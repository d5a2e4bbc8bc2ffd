import { ProblemError } from '../http/problem-error.js'

export interface PasswordPolicyOptions {
  /** Fewest code points. */
  readonly minLength: number
}

/** What a new password must be like; one that exists is never judged by it. */
export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>

export function createPasswordPolicy({ minLength }: PasswordPolicyOptions) {
  return {
    /** @throws ProblemError `weak_password` */
    async assertAcceptable(password: string, email: string): Promise<void> {
      if ([...password].length < minLength) refuse(`use at least ${minLength} characters`)
      if (password.toLowerCase() === email) refuse('the password must not be the address')
    },
  }
}

function refuse(detail: string): never {
  throw new ProblemError('weak_password', { detail })
}
