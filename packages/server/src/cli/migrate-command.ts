import { Command } from 'commander'
import type { Database } from '../database/database.js'
import { print } from './print.js'

interface Flags {
  readonly json?: boolean
  readonly betterAuth?: boolean
  readonly dryRun?: boolean
}

const BACKUP = 'Make a backup first: nothing is dropped, but nothing is undone either.'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date; safe to run from several places at once')
    .option('--better-auth', 'prepare the database of a Better Auth of your own instead')
    .option('--dry-run', 'with --better-auth: only print the SQL')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .action(async (flags: Flags) => {
      if (flags.dryRun && !flags.betterAuth) throw new Error('--dry-run goes with --better-auth')
      const { databaseFromEnvironment } = await import('../environment.js')
      const database = await databaseFromEnvironment(process.env)
      const migrate = flags.betterAuth ? migrateTheirs : migrateOurs
      await migrate(database, flags).finally(() => database.close())
    })
}

async function migrateOurs(database: Database, flags: Flags): Promise<void> {
  const { migrate } = await import('../database/migrate.js')
  const report = await migrate(database)
  const lines = report.applied.map((name) => `applied ${name}`)
  const text = [...lines, `The database is at version ${report.version}.`].join('\n')
  print(flags.json, report, text)
}

/** Tables with names of their own are for `migrateBetterAuth(auth)`, which knows them. */
async function migrateTheirs(database: Database, { json, dryRun = false }: Flags): Promise<void> {
  const [{ migrateTables }, { USUAL_NAMES }] = await Promise.all([
    import('../better-auth/migrate.js'),
    import('../better-auth/schema-names.js'),
  ])
  const report = await migrateTables(database, USUAL_NAMES, { dryRun })
  const sql = report.statements.map((statement) => `${statement};`)
  const done = report.applied ? '-- Applied.' : '-- There is nothing to do.'
  const heading = dryRun && sql.length > 0 ? `-- Nothing was changed. ${BACKUP}` : done
  print(json, report, [heading, ...sql].join('\n\n'))
}
