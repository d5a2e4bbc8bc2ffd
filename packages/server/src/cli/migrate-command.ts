import { Command } from 'commander'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date; safe to run from several places at once')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .action(async (flags: { json?: boolean }) => {
      const [{ databaseFromEnvironment }, { migrate }] = await Promise.all([
        import('../environment.js'),
        import('../database/migrate.js'),
      ])
      const database = await databaseFromEnvironment(process.env)
      const report = await migrate(database).finally(() => database.close())
      const lines = report.applied.map((name) => `applied ${name}`)
      const text = [...lines, `The database is at version ${report.version}.`].join('\n')
      process.stdout.write(`${flags.json ? JSON.stringify(report) : text}\n`)
    })
}
