import { Command } from 'commander'

export interface InspectFlags {
  readonly issuer?: string
  readonly audience?: string
  readonly json?: boolean
}

export function tokenCommand(): Command {
  return new Command('token').description('What a token says').addCommand(inspectCommand())
}

const inspectCommand = () =>
  new Command('inspect')
    .description('Explain a token: header, claims, times, which key, what is wrong')
    .option('--issuer <url>', 'whose published keys verify it (COUNTERSIGN_URL)')
    .option('--audience <text>', 'whom it must be meant for (COUNTERSIGN_AUDIENCE)')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
The token comes from standard input, or a terminal is asked for it; never as an argument, where
other users of this machine and the shell's history would see it:

  pbpaste | countersign token inspect --issuer https://auth.example.com

It is verified by the published keys of --issuer, or by COUNTERSIGN_JWT_SECRET (JWT_SECRET); for
refresh tokens by COUNTERSIGN_SECRET. No address out of a token is ever asked.

Ends with 0 if it is verified, 2 if it is not, 1 if nothing was given.`,
    )
    .action(async (flags: InspectFlags) =>
      (await import('./token.js')).printToken(flags, process.env),
    )
