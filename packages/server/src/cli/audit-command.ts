import { Command } from 'commander'

export interface AuditFlags {
  readonly event?: string
  readonly user?: string
  readonly actor?: string
  readonly session?: string
  readonly from?: string
  readonly to?: string
  readonly limit?: string
  readonly json?: boolean
  readonly csv?: boolean
  readonly follow?: boolean
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Print the audit log: who signed in, was refused, ended a session, changed what')
    .option('--event <name>', 'such as sign_in.refused')
    .option('--user <who>', 'whom it concerns: an id or an address')
    .option('--actor <who>', 'who did it: an id, an address or system:cli')
    .option('--session <id>', 'what was done with a session')
    .option('--from <instant>', 'no earlier than 2030-01-31T12:00:00Z')
    .option('--to <instant>', 'before this instant')
    .option('--limit <number>', 'the newest so many; 50 for people, all with --json and --csv')
    .option('--json', 'a JSON object in each line')
    .option('--csv', 'as a table for spreadsheets')
    .option('--follow', 'go on with what is written from now on, until it is interrupted')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .action(async (flags: AuditFlags) => {
      const { printAudit } = await import('./audit.js')
      await printAudit(process.env, flags)
    })
}
