import type { MailContent, RenderedMail } from './mail-content.js'

/** Where and by what something was done, as far as it is known. */
export interface Circumstances {
  readonly device?: string | undefined
  readonly ip?: string | undefined
}

/** The mails that there are, and what each is told. Names of users are in none: strangers choose them. */
export interface MailData {
  readonly verify_email: { readonly url: string }
  readonly account_exists: { readonly signInUrl: string }
  readonly reset_password: { readonly url: string }
  readonly password_changed: Circumstances & { readonly forgotUrl: string }
  readonly confirm_new_email: { readonly url: string; readonly newEmail: string }
  readonly approve_new_email: { readonly url: string; readonly newEmail: string }
  readonly email_changed: { readonly newEmail: string }
  readonly second_factor_on: Circumstances & { readonly forgotUrl: string }
  readonly second_factor_off: Circumstances & { readonly forgotUrl: string }
  readonly second_factor_reset: Readonly<Record<string, never>>
  readonly recovery_code_used: Circumstances & { readonly forgotUrl: string }
  readonly recovery_codes_replaced: Circumstances & { readonly forgotUrl: string }
  readonly new_device: Circumstances & { readonly forgotUrl: string }
}

export type MailTemplate = keyof MailData

/** How each mail reads: words for the layout, or a whole mail of your own making. */
export type MailTemplates = {
  readonly [Name in MailTemplate]: (data: MailData[Name]) => MailContent | RenderedMail
}

const IGNORE = 'If you did not ask for this, ignore this mail: nothing happens without the link.'

function wasNotMe(url: string): string {
  return `If this was not you, choose a new password at once, which also signs out everybody else: ${url}`
}

function where({ device, ip }: Circumstances): string[] {
  const known = [device, ip && `address ${ip}`].filter(Boolean)
  return known.length > 0 ? [`It was done from: ${known.join(', ')}.`] : []
}

type Notice = Circumstances & { readonly forgotUrl: string }

const notice =
  (subject: string, sentence: string) =>
  (data: Notice): MailContent => ({
    subject,
    paragraphs: [sentence, ...where(data)],
    notes: [wasNotMe(data.forgotUrl)],
  })

/** The mails in English. */
export const TEMPLATES: MailTemplates = {
  verify_email: ({ url }) => ({
    subject: 'Confirm your e-mail address',
    paragraphs: ['Somebody, hopefully you, made an account with this address.'],
    action: { label: 'Confirm the address', url },
    notes: ['The link works once, within a day.', IGNORE],
  }),
  account_exists: ({ signInUrl }) => ({
    subject: 'You already have an account',
    paragraphs: [
      'Somebody, hopefully you, wanted to make an account with this address. It already has one, so nothing was changed.',
      'Sign in as usual. If you forgot the password, ask for a new one there.',
    ],
    action: { label: 'Sign in', url: signInUrl },
    notes: ['If it was not you, ignore this mail.'],
  }),
  reset_password: ({ url }) => ({
    subject: 'Choose a new password',
    paragraphs: ['Somebody, hopefully you, asked for a new password for your account.'],
    action: { label: 'Choose a new password', url },
    notes: ['The link works once, within an hour, and signs you out everywhere.', IGNORE],
  }),
  password_changed: notice(
    'Your password was changed',
    'The password of your account was changed.',
  ),
  confirm_new_email: ({ url, newEmail }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [`Somebody, hopefully you, wants to sign in with ${newEmail} from now on.`],
    action: { label: 'Confirm the new address', url },
    notes: ['The link works once, within a day. The old address has to agree as well.', IGNORE],
  }),
  approve_new_email: ({ url, newEmail }) => ({
    subject: 'Your e-mail address is about to be changed',
    paragraphs: [
      `Somebody, hopefully you, wants to use ${newEmail} for your account instead of this address.`,
    ],
    action: { label: 'Agree to the change', url },
    notes: [
      'The link works once, within a day. The new address has to be confirmed as well.',
      'If this was not you, do not follow the link and change your password: whoever asked for it knows the one you have.',
    ],
  }),
  email_changed: ({ newEmail }) => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [`Your account now belongs to ${newEmail}. This address no longer signs in.`],
    notes: ['If this was not you, tell those who run the application at once.'],
  }),
  second_factor_on: notice(
    'Two-step sign-in was turned on',
    'Signing in to your account now needs a code of your authenticator app as well.',
  ),
  second_factor_off: notice(
    'Two-step sign-in was turned off',
    'Signing in to your account no longer needs a code.',
  ),
  second_factor_reset: () => ({
    subject: 'Two-step sign-in was turned off by an administrator',
    paragraphs: [
      'Signing in to your account no longer needs a code, and you were signed out everywhere. Your recovery codes no longer work.',
      'Sign in with your password, and turn two-step sign-in on again.',
    ],
    notes: [
      'If you did not ask for this, tell those who run the application at once, and choose a new password: whoever asked may know the one you have.',
    ],
  }),
  recovery_code_used: notice(
    'A recovery code was used',
    'Somebody signed in to your account with one of your recovery codes. It cannot be used again.',
  ),
  recovery_codes_replaced: notice(
    'New recovery codes were made',
    'Your account has new recovery codes. The old ones no longer work.',
  ),
  new_device: notice(
    'New sign-in to your account',
    'Somebody signed in from a device we do not know.',
  ),
}
