import { Command, Option } from 'commander'
import { RULES, type Rule } from '../conformance/rules.js'

export interface DoctorFlags {
  readonly auth?: string
  readonly web?: string
  readonly api?: string
  readonly me?: string
  readonly webPath?: string
  readonly authEnv?: string
  readonly webEnv?: string
  readonly apiEnv?: string
  readonly throwAway?: boolean
  readonly slow?: boolean
  readonly strict?: boolean
  readonly without?: readonly Rule[]
  readonly json?: boolean
}

const READS = `
Reads what the parts read; where each has a file of its own, name the files and they are compared.
It signs in as COUNTERSIGN_CHECK_EMAIL with COUNTERSIGN_CHECK_PASSWORD (a terminal is asked for a
missing password). Without these, and with an auth server on this machine or --throw-away, it makes
an account for itself, which it deletes again if DATABASE_URL is that of the auth server.

Rules about claims (expired, another audience, …) need the key that signs: COUNTERSIGN_JWT_SECRET
with HS256, else DATABASE_URL and COUNTERSIGN_SECRET of the auth server, or COUNTERSIGN_CHECK_KEY.

Ends with 0 if everything agrees, 2 if something does not, 1 if nothing could be tried.`

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Prove that auth server, web and API agree: settings first, then the real thing')
    .option('--auth <url>', 'the auth server (COUNTERSIGN_URL, http://localhost:4400)')
    .option('--web <url>', 'the web application (COUNTERSIGN_WEB_ORIGIN)')
    .option('--api <url>', 'the API (NEXT_PUBLIC_API_BASE_URL)')
    .option('--me <path>', 'a GET route of the API behind sign-in (/api/v1/auth/me, /api/me, /me)')
    .option('--web-path <path>', 'where the web application has its route handlers (/api/auth)')
    .option('--auth-env <file>', 'what the auth server reads, as KEY=value lines')
    .option('--web-env <file>', 'the same for the web application')
    .option('--api-env <file>', 'the same for the API')
    .option('--throw-away', 'make an account for this run, also outside of this machine')
    .option('--slow', 'wait until tokens rotate, to try their reuse: a minute or more')
    .option('--strict', 'a warning counts as a fault')
    .addOption(new Option('--without <rule...>', 'leave rules out').choices(Object.keys(RULES)))
    .option('--json', 'print the report as JSON')
    .addHelpText('after', READS)
    .action(async (flags: DoctorFlags) =>
      (await import('./doctor.js')).runDoctor(flags, process.env),
    )
}
