import type { Account } from '../conformance/auth-target.js'
import { check } from '../conformance/check.js'
import type { Finding } from '../conformance/findings.js'
import type { Environment } from '../environment.js'
import { askSecret, readStdin } from './ask-person.js'
import type { CheckFlags } from './check-command.js'
import { FOUND_FAULTS } from './exit-codes.js'
import { announceWait, conclude, liveReport } from './findings-text.js'

export async function runCheck(url: string, flags: CheckFlags, env: Environment): Promise<void> {
  const { json, kind, slow, without, strict } = flags
  announceWait(slow)
  const findings = await check(
    httpUrl(url, 'the address'),
    {
      kind,
      issuer: optionalUrl(flags.issuer ?? env.COUNTERSIGN_URL),
      audience: flags.audience ?? (env.COUNTERSIGN_AUDIENCE || undefined),
      account: await accountIn(env),
      token: flags.tokenStdin ? await readStdin() : env.COUNTERSIGN_CHECK_TOKEN || undefined,
      paths: pathsIn(flags),
      patient: slow,
      without,
      onFinding: liveReport(json),
    },
    env,
  )
  finish(json, findings, strict)
}

/** Prints what it came to, and ends with the code of it. */
export function finish(
  json: boolean | undefined,
  findings: readonly Finding[],
  strict: boolean | undefined,
): void {
  conclude(json, findings)
  const isFault = ({ level }: Finding) => level === 'fail' || (strict && level === 'warn')
  if (findings.some(isFault)) process.exitCode = FOUND_FAULTS
}

/** The account for probes. A missing password is asked for where somebody can answer. */
export async function accountIn(env: Environment): Promise<Account | undefined> {
  const email = env.COUNTERSIGN_CHECK_EMAIL
  if (!email) return undefined
  const password = env.COUNTERSIGN_CHECK_PASSWORD || (await askSecret(`The password of ${email}`))
  if (!password) throw new Error('COUNTERSIGN_CHECK_PASSWORD is not set')
  return { email, password }
}

/** @throws TypeError that says which address is none */
export function httpUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  throw new TypeError(`${name} must be an http or https URL, like http://localhost:8000/me`)
}

function optionalUrl(text: string | undefined): string | undefined {
  return text ? httpUrl(text, '--issuer') : undefined
}

function pathsIn({ signIn, refresh, signOut }: CheckFlags) {
  return {
    ...(signIn ? { signIn } : {}),
    ...(refresh ? { refresh } : {}),
    ...(signOut ? { signOut } : {}),
  }
}
