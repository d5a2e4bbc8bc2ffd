import { Command, Option } from 'commander'
import { FRAMEWORKS, type Framework } from '../init/detect.js'

export interface InitFlags {
  readonly cwd?: string
  readonly web?: string
  readonly api?: string
  readonly framework?: Framework
  readonly audience?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

export function initCommand(): Command {
  return new Command('init')
    .description('Add Countersign to a Next.js application and its API; no file is overwritten')
    .option('--cwd <folder>', 'where to look, instead of here')
    .option('--web <folder>', 'the Next.js application, if it is not found, or not the right one')
    .option('--api <folder>', 'the API, the same; "none" for no API')
    .addOption(
      new Option('--framework <name>', 'of the API, if its files do not tell').choices(FRAMEWORKS),
    )
    .option('--audience <text>', 'whom access tokens are for (the name of the folder and "-api")')
    .option('--dry-run', 'only show what would be written')
    .option('--yes', 'write without asking; needed where there is no terminal')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Writes what is not there: lib/auth.ts, lib/auth-client.ts, proxy.ts and the route of the handlers in
the Next.js application, auth.ts or auth/dependencies.py in the API, and .env.example in both. Of a
file that is there, it prints what to merge. Secrets are not written anywhere.

Ends with 0 if everything is there now, 2 if something is left to merge, 1 if nothing was found.`,
    )
    .action(async (flags: InitFlags) => (await import('./init.js')).init(flags))
}
