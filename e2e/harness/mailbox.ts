import { expect } from 'vitest'
import { call } from './auth-api.js'
import type { Person } from './daybook.js'
import type { Stack } from './stack.js'

interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** The newest mail to somebody with that subject, once the auth server has sent it. */
export async function mailTo(stack: Stack, { email }: Person, subject: RegExp): Promise<Mail> {
  let found: Mail | undefined
  const look = async () => {
    const headers = { Accept: 'application/json' }
    const { body } = await call(`${stack.authUrl}/dev/mail`, { headers })
    const mails = body.mails as readonly Mail[]
    found = mails.find((mail) => mail.to === email && subject.test(mail.subject))
    return found !== undefined
  }
  await expect.poll(look, { timeout: 30_000, interval: 100 }).toBe(true)
  return found as Mail
}

/** The token in the link of a mail. */
export function tokenIn({ text }: Mail): string {
  const token = /#token=([\w-]+)/.exec(text)?.[1]
  if (!token) throw new Error('the mail has no link with a token')
  return token
}
