import type { Environment } from '../environment.js'
import type { ServerOptions, SignUpMode } from '../options.js'

type MailVariables = Pick<ServerOptions, 'webUrl' | 'mail' | 'devMailbox' | 'signUpMode'>

const MODES: Readonly<Record<string, SignUpMode>> = {
  instant: 'instant',
  verify_first: 'verify_first',
}

/**
 * What the variables say about mail; the options judge what goes together.
 * @throws TypeError that names the variable
 */
export function mailFromEnvironment(env: Environment): MailVariables {
  const { COUNTERSIGN_SMTP_URL: smtpUrl, COUNTERSIGN_MAIL_FROM: from } = env
  const { COUNTERSIGN_WEB_URL: webUrl, COUNTERSIGN_SIGN_UP_MODE: mode } = env
  if (Boolean(smtpUrl) !== Boolean(from)) {
    throw new TypeError('COUNTERSIGN_SMTP_URL and COUNTERSIGN_MAIL_FROM go together')
  }
  const signUpMode = mode ? MODES[mode] : undefined
  if (mode && !signUpMode) {
    throw new TypeError(`COUNTERSIGN_SIGN_UP_MODE must be one of ${Object.keys(MODES).join(', ')}`)
  }
  return {
    ...(webUrl ? { webUrl } : {}),
    ...(smtpUrl && from ? { mail: { smtpUrl, from } } : {}),
    ...(readSwitch(env, 'COUNTERSIGN_DEV_MAILBOX') ? { devMailbox: true } : {}),
    ...(signUpMode ? { signUpMode } : {}),
  }
}

function readSwitch(env: Environment, name: string): boolean {
  const value = env[name]
  if (!value || value === '0') return false
  if (value === '1') return true
  throw new TypeError(`${name} must be 0 or 1`)
}
