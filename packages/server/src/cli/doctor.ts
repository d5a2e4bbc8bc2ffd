import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { issuerOf } from '../conformance/auth-target.js'
import { examine } from '../conformance/doctor.js'
import { isLoopback } from '../conformance/shared-probes.js'
import { makeThrowAway, type ThrowAway } from '../conformance/throw-away.js'
import type { Environment } from '../environment.js'
import { accountIn, finish, httpUrl } from './check.js'
import type { DoctorFlags } from './doctor-command.js'
import { announceWait, liveReport } from './findings-text.js'

const USUAL_ME = ['/api/v1/auth/me', '/api/me', '/me']

export async function runDoctor(flags: DoctorFlags, env: Environment): Promise<void> {
  const environments = {
    auth: await environmentOf(flags.authEnv, env),
    web: await environmentOf(flags.webEnv, env),
    api: await environmentOf(flags.apiEnv, env),
  }
  const { json, strict, without, slow, me, webPath } = flags
  const { auth, web, api } = addresses(flags, environments)
  const given = await accountIn(env)
  announceWait(slow)
  const throwAway = given ? undefined : await throwAwayAt(auth, flags, environments.auth)
  try {
    const findings = await examine({
      ...{ auth, web, api, webPath, environments, without },
      me: me ? [me] : USUAL_ME,
      account: given ?? throwAway?.account,
      patient: slow,
      onFinding: liveReport(json),
    })
    finish(json, findings, strict)
  } finally {
    await forget(throwAway)
  }
}

function addresses(
  flags: DoctorFlags,
  { auth, web, api }: Record<'auth' | 'web' | 'api', Environment>,
) {
  const read = (name: string, ...texts: (string | undefined)[]) => {
    const text = texts.find(Boolean)
    return text === undefined ? undefined : httpUrl(text, name)
  }
  return {
    auth:
      read('--auth', flags.auth, auth.COUNTERSIGN_URL, web.COUNTERSIGN_URL, api.COUNTERSIGN_URL) ??
      'http://localhost:4400',
    web: read('--web', flags.web, web.COUNTERSIGN_WEB_ORIGIN),
    api: read('--api', flags.api, web.NEXT_PUBLIC_API_BASE_URL),
  }
}

/** What stands in the file of a part counts more than what stands around here. */
async function environmentOf(file: string | undefined, env: Environment): Promise<Environment> {
  if (file === undefined) return env
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} cannot be read`)
  })
  return { ...env, ...parseEnv(text) }
}

/** On this machine an account more is no harm; elsewhere somebody has to say so. */
async function throwAwayAt(
  auth: string,
  { throwAway }: DoctorFlags,
  env: Environment,
): Promise<ThrowAway | undefined> {
  const isHere = isLoopback(new URL(auth).hostname) && env.NODE_ENV !== 'production'
  return throwAway || isHere ? makeThrowAway(issuerOf(auth), env) : undefined
}

async function forget(throwAway: ThrowAway | undefined): Promise<void> {
  if (!throwAway || (await throwAway.remove())) return
  const { email } = throwAway.account
  process.stderr.write(`The account ${email} stays: "countersign users delete" removes it.\n`)
}
