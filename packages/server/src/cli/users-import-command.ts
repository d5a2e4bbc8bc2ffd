import { Command, Option } from 'commander'
import { FIELDS } from '../users/import/fields.js'

export interface ImportFlags {
  readonly format?: 'csv' | 'jsonl'
  readonly map?: readonly string[]
  readonly dryRun?: boolean
  readonly report?: string
  readonly json?: boolean
}

export const importCommand = () =>
  new Command('import')
    .description('Import users with their ids and password hashes from a file')
    .argument('<file>', 'CSV whose first row names the columns, or one JSON object in each line')
    .addOption(
      new Option('--format <format>', 'if the name of the file does not tell').choices([
        'csv',
        'jsonl',
      ]),
    )
    .option('--map <field=column...>', `a column of another name; fields: ${FIELDS.join(', ')}`)
    .option('--dry-run', 'write nothing, and tell what would happen')
    .option('--report <file>', 'where refused rows go, with the reason (FILE.refused.jsonl)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The file is UTF-8. Only the address is required; ids are kept, so that foreign keys hold. Password
hashes verify as they are and become Argon2id at the first sign-in; those that would cost too much
are refused. Whoever is there already is left alone, so that an import which was interrupted is
simply started again.

Ends with 0 if every row is there, 2 if some were refused, 1 if nothing could be done.`,
    )
    .action(async (file: string, flags: ImportFlags) =>
      (await import('./users-import.js')).runImport(file, flags, process.env),
    )
