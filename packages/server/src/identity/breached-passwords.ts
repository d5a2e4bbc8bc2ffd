import { createHash } from 'node:crypto'
import type { Logger } from 'pino'

/** Whether a password is known from a breach; false where that cannot be found out. */
export type BreachCheck = (password: string) => Promise<boolean>

export interface BreachCheckOptions {
  /** Address to which five characters of a hash are added, such as `https://…/range/`. */
  readonly url: string
  readonly log: Logger
  readonly timeoutSeconds?: number
}

const PREFIX_LENGTH = 5
const TIMEOUT_SECONDS = 2
const MOST_CHARACTERS = 1_000_000

/**
 * Asks a range service by k-anonymity: it learns twenty bits of a SHA-1 and never which of hundreds of
 * passwords is meant. If it does not answer, the password is taken and the log says so: a service of
 * others must not decide whether people can sign up.
 */
export function breachCheck({ url, log, timeoutSeconds }: BreachCheckOptions): BreachCheck {
  const timeoutMs = (timeoutSeconds ?? TIMEOUT_SECONDS) * 1000
  return async (password) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const answer = await fetch(url + hash.slice(0, PREFIX_LENGTH), {
        headers: { 'Add-Padding': 'true' },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (!answer.ok) throw new Error(`status ${answer.status}`)
      const text = (await answer.text()).slice(0, MOST_CHARACTERS)
      return isListed(text, hash.slice(PREFIX_LENGTH))
    } catch (error) {
      const { name } = error as Error
      log.warn({ event: 'breach_check.failed', error: name }, 'a new password was not checked')
      return false
    }
  }
}

/** Lines are `SUFFIX:COUNT`; padding has the count zero. */
function isListed(text: string, suffix: string): boolean {
  return text.split('\n').some((line) => {
    const [listed = '', count = ''] = line.trim().toUpperCase().split(':')
    return listed === suffix && Number(count) > 0
  })
}
