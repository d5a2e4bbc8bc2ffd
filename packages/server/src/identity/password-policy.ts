import { ProblemError } from '../http/problem-error.js'
import type { BreachCheck } from './breached-passwords.js'
import { COMMON_WORDS } from './common-words.js'

export interface PasswordPolicyOptions {
  /** Fewest code points. */
  readonly minLength: number
  /** Asks whether a password is known from a breach. */
  readonly isBreached?: BreachCheck | undefined
}

/** What a new password must be like; one that exists is never judged by it. */
export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>

/** A password is longer than the word in it by this much at least, or it is that word. */
const MOST_AROUND = 6
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/** Length, common words and breaches; no rules of composition (NIST SP 800-63B-4 section 3.1.1.2). */
export function createPasswordPolicy({ minLength, isBreached }: PasswordPolicyOptions) {
  return {
    /** @throws ProblemError `weak_password`, `breached_password` */
    async assertAcceptable(password: string, email: string): Promise<void> {
      if ([...password].length < minLength) refuse(`use at least ${minLength} characters`)
      const plain = password.toLowerCase()
      if (plain === email) refuse('the password must not be the address')
      if (isCommon(plain) || isCommon(plain, email)) {
        refuse('this is one of the passwords that are tried first')
      }
      if (await isBreached?.(password)) throw new ProblemError('breached_password')
    },
  }
}

/** Whether a password is a common word, or the name in the address, with a little around it. */
function isCommon(plain: string, email?: string): boolean {
  const [name = ''] = email?.split('@') ?? []
  const isKnown = (word: string) =>
    email === undefined ? COMMON_WORDS.has(word) : name.length > 3 && word === name
  const trimmed = core(plain)
  const spelt = unmasked(plain)
  const forms = [plain, trimmed, spelt, core(spelt), unmasked(trimmed)]
  return forms.some((form) => isKnown(form) || isKnown(half(form)))
}

/** Letters in the place of what looks like them. */
function unmasked(text: string): string {
  return text.replace(/./gsu, (sign) => LOOK_ALIKES[sign] ?? sign)
}

/** What is left without the digits and signs at both ends, if they are not most of it. */
function core(text: string): string {
  const word = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return text.length - word.length <= MOST_AROUND ? word : text
}

/** The half of a word that is written twice. */
function half(text: string): string {
  const middle = text.length / 2
  return text.slice(0, middle) === text.slice(middle) ? text.slice(0, middle) : text
}

function refuse(detail: string): never {
  throw new ProblemError('weak_password', { detail })
}
