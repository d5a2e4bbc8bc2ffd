import { Command, Option } from 'commander'
import type { AuthPaths } from '../conformance/auth-target.js'
import { RULES, type Rule } from '../conformance/rules.js'

export interface CheckFlags {
  readonly json?: boolean
  readonly kind?: 'api' | 'auth'
  readonly issuer?: string
  readonly audience?: string
  readonly signIn?: AuthPaths['signIn']
  readonly refresh?: AuthPaths['refresh']
  readonly signOut?: AuthPaths['signOut']
  readonly tokenStdin?: boolean
  readonly slow?: boolean
  readonly strict?: boolean
  readonly without?: readonly Rule[]
}

const READS = `
Credentials come from the environment, never from the command line:
  COUNTERSIGN_CHECK_EMAIL, COUNTERSIGN_CHECK_PASSWORD  an account that may sign in (a terminal is
                                                       asked for a missing password)
  COUNTERSIGN_CHECK_TOKEN                              an access token that the API accepts
  COUNTERSIGN_CHECK_KEY                                the private JWK that signs, or a set of JWKs
                                                       whose first one signs and whose others have left
  COUNTERSIGN_JWT_SECRET (JWT_SECRET)                  the shared secret of HS256
Without any of them only what strangers can try is tried; the report says what was not.

Ends with 0 if every rule holds, 2 if one does not, 1 if nothing could be tried.`

export function checkCommand(): Command {
  return new Command('check')
    .description('Try the rules of access tokens, bearers and refreshing on an API or auth server')
    .argument('<url>', 'a GET route of an API behind sign-in, or an auth server (origin or issuer)')
    .addOption(
      new Option('--kind <kind>', 'what it is, if asking does not tell').choices(['api', 'auth']),
    )
    .option('--issuer <url>', 'who issues the tokens of an API (COUNTERSIGN_URL)')
    .option('--audience <text>', 'what tokens must carry (COUNTERSIGN_AUDIENCE)')
    .option('--sign-in <path>', 'below the issuer, for a server of another kind (/login)')
    .option('--refresh <path>', 'the same (/refresh)')
    .option('--sign-out <path>', 'the same (/logout)')
    .option('--token-stdin', 'read the access token from standard input')
    .option('--slow', 'wait until tokens rotate, to try their reuse: a minute or more')
    .option('--strict', 'a warning counts as a fault')
    .addOption(new Option('--without <rule...>', 'leave rules out').choices(Object.keys(RULES)))
    .option('--json', 'print the report as JSON')
    .addHelpText('after', READS)
    .action(async (url: string, flags: CheckFlags) =>
      (await import('./check.js')).runCheck(url, flags, process.env),
    )
}
