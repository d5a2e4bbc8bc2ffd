/** Every text of the forms in English. Words in braces are filled in. */
export const ENGLISH = {
  email: 'Email',
  name: 'Name',
  optional: 'Optional',
  password: 'Password',
  currentPassword: 'Current password',
  newPassword: 'New password',
  repeatPassword: 'New password again',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  show: 'Show',
  hide: 'Hide',
  capsLock: 'Caps Lock is on.',
  remember: 'Keep me signed in on this device',
  lastUsed: 'Last used',
  needsScripts: 'This form needs JavaScript.',
  tryAgainIn: 'Try again in {seconds} s.',
  tryAgainNow: 'You can try again now.',
  tryAgain: 'Try again',
  cancel: 'Cancel',

  signIn: 'Sign in',
  signUp: 'Create account',
  forgotLink: 'Forgot your password?',
  forgotSubmit: 'Send me a link',
  forgotSentTitle: 'Check your mail',
  forgotSent:
    'If there is an account for {email}, a message with a link to choose a new password is on its way.',
  resetSubmit: 'Save new password',
  resetNote: 'Saving it signs you out on every device.',
  resetDoneTitle: 'Your new password is saved',
  resetDone: 'You were signed out everywhere. Sign in with the new password.',
  changeSubmit: 'Change password',
  changeOthers: 'Sign out all other devices',
  changeDone: 'Your password is changed.',
  changeDoneOthers: 'Your password is changed, and all other devices are signed out.',

  checkMailTitle: 'Check your mail',
  checkMail: 'We sent a message to {email}. Open the link in it to confirm your address.',
  resend: 'Send it again',
  resendIn: 'Send it again in {seconds} s',
  resent: 'Sent again.',

  verifyNote: 'Confirm that this address is yours.',
  verifySubmit: 'Confirm my address',
  verifyDoneTitle: 'Your address is confirmed',
  verifyDone: 'You can sign in now.',
  confirmWaitTitle: 'One more link',
  confirmWait: 'Now open the link that we sent to your other address.',
  confirmDone: 'From now on you sign in with the new address.',
  linkMissingTitle: 'This link is not complete',
  linkMissing: 'Open the link in the message again, or copy all of it into the address bar.',
  linkInvalidTitle: 'This link does not work any more',
  linkInvalid: 'It was used before, or it is too old. You can have a new one.',

  code: 'Code from your authenticator app',
  recoveryCode: 'Recovery code',
  codeSubmit: 'Continue',
  useRecoveryCode: 'Use a recovery code instead',
  useAppCode: 'Use the authenticator app instead',
  startAgain: 'Start again',

  devices: 'Devices',
  thisDevice: 'This device',
  unknownDevice: 'Unknown device',
  deviceOn: '{browser} on {system}',
  activeNow: 'Active now',
  lastActive: 'Last active {when}',
  signOutDevice: 'Sign out',
  signOutNamed: 'Sign out {device}',
  signOutOthers: 'Sign out {count} others',
  signOutOther: 'Sign out 1 other',
  noOthers: 'No other devices',
  devicesLoading: 'Loading your devices',
  devicesFailed: 'Your devices could not be loaded.',
  failed: 'That did not work. Please try again.',

  factorOff: 'Two-factor sign-in is off.',
  factorOn: 'Two-factor sign-in is on.',
  factorWhy: 'With it, your password alone opens nothing: you also need a code from your phone.',
  factorEnable: 'Turn on two-factor sign-in',
  factorDisable: 'Turn it off',
  factorNewCodes: 'New recovery codes',
  factorNewCodesNote: 'The codes you have now will stop working.',
  factorDisableNote: 'Your password alone will open your account again.',
  factorPassword: 'Enter your password to go on.',
  factorContinue: 'Continue',
  factorScan: 'Scan this picture with your authenticator app, or type the key into it.',
  factorPicture: 'Picture of the key for your authenticator app',
  factorKey: 'Key',
  factorConfirm: 'Turn it on',
  codesTitle: 'Your recovery codes',
  codesNote:
    'Each of them opens your account once if you lose your phone. They are shown only now: keep them in a safe place.',
  codesCopy: 'Copy',
  codesCopied: 'Copied',
  codesDownload: 'Download',
  codesPrint: 'Print',
  codesKept: 'I have kept these codes',
  codesDone: 'Done',

  ruleLength: 'At least {count} characters',
  ruleEmail: 'Not your email address',
  rule: '{rule}, please.',
  emailInvalid: 'Enter your email, like name@example.com.',
  passwordMissing: 'Enter your password.',
  passwordsDiffer: 'This is not the same password.',
  codeMissing: 'Enter the code.',
  wrongPassword: 'This is not your password.',
  wrongCode: 'This code is not right. Enter the one that is shown now.',

  errors: {
    invalid_credentials: 'Email or password is incorrect.',
    invalid_request: 'Please check what you entered.',
    invalid_code: 'This code is not right. Enter the one that is shown now.',
    link_invalid: 'This took too long. Please start again.',
    email_taken: 'There is already an account with this email.',
    weak_password: 'This password is too easy to guess. Please choose another.',
    breached_password: 'This password was found in a data breach. Please choose another.',
    rate_limited: 'Too many attempts.',
    account_locked: 'Signing in is locked for now. Try again later, or choose a new password.',
    email_not_verified: 'Please confirm your email first: we sent you a message.',
    csrf_rejected: 'This page is out of date. Reload it and try again.',
    not_found: 'This is not possible here.',
    service_unavailable: 'This is not possible just now. Please try again in a moment.',
    network: 'No connection to the server. Check your network and try again.',
    internal_error: 'Something went wrong on our side. Please try again.',
  } as Readonly<Record<string, string>>,

  ends: {
    signed_out: 'You are signed out.',
    signed_in_again: 'You signed in again, which ended this session.',
    revoked: 'This device was signed out from another one.',
    idle_timeout: 'You were signed out after being inactive.',
    expired: 'Your sign-in reached its time limit.',
    recovery_expired: 'You were away for too long, so this sign-in ended.',
    refresh_reuse: 'Your sign-in was used from two places, so we ended it for your safety.',
    refresh_reused: 'Your sign-in was used from two places, so we ended it for your safety.',
    user_disabled: 'This account has been disabled.',
    user_banned: 'This account has been disabled.',
    user_deleted: 'This account has been deleted.',
    password_changed: 'You were signed out because the password was changed on another device.',
    email_changed: 'You were signed out because the email was changed on another device.',
    session_ended: 'Your session has ended. Please sign in again.',
    refresh_invalid: 'Your session has ended. Please sign in again.',
  } as Readonly<Record<string, string>>,
} as const

type Texts = {
  readonly [K in keyof typeof ENGLISH]: (typeof ENGLISH)[K] extends string
    ? string
    : Readonly<Record<string, string>>
}

/** The texts of the forms, such as of another language. What is left out stays English. */
export type FormTexts = Partial<Texts>

/** Every text, yours before ours. */
export function allTexts(own: FormTexts | undefined): Texts {
  if (!own) return ENGLISH
  const errors = { ...ENGLISH.errors, ...own.errors }
  return { ...ENGLISH, ...own, errors, ends: { ...ENGLISH.ends, ...own.ends } }
}

/** A text with its words in braces filled in. */
export function fillIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all))
}

/** What a person reads for the code of a problem. */
export function errorText(code: string, texts?: FormTexts): string {
  const { errors } = allTexts(texts)
  return errors[code] ?? errors.internal_error ?? ''
}

/** What a person reads about the end of a session; undefined for a reason that nobody needs to hear. */
export function endText(reason: string | undefined, texts?: FormTexts): string | undefined {
  return reason === undefined ? undefined : allTexts(texts).ends[reason]
}
