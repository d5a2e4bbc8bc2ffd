import type { Services } from './services.js'

type Notice =
  | 'second_factor_on'
  | 'second_factor_off'
  | 'recovery_code_used'
  | 'recovery_codes_replaced'

/** Tells an owner what happened to the second factor, and from where as far as it is the owner's. */
export function tellOfSecondFactor(
  { mail }: Services,
  template: Notice,
  email: string,
  { userAgent, ip }: { readonly userAgent: string | undefined; readonly ip: string | undefined },
): Promise<void> {
  const forgotUrl = mail.links.page('forgotPassword')
  return mail.send(template, email, { forgotUrl, device: userAgent, ip })
}
