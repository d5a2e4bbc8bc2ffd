import { stat } from 'node:fs/promises'
import type { Environment } from '../environment.js'
import { FIELDS, type Field } from '../users/import/fields.js'
import { importUsers } from '../users/import/import-users.js'
import { FOUND_FAULTS } from './exit-codes.js'
import { print } from './print.js'
import { progressBar } from './progress-bar.js'
import { openRefusals } from './refusal-report.js'
import type { ImportFlags } from './users-import-command.js'
import { withDatabase } from './with-database.js'

export async function runImport(file: string, flags: ImportFlags, env: Environment): Promise<void> {
  const { json, dryRun = false } = flags
  const format = flags.format ?? formatOf(file)
  const columns = columnsIn(flags.map ?? [])
  const { size } = await stat(file).catch(() => {
    throw new Error(`there is no file ${file}`)
  })
  const refusals = openRefusals(flags.report ?? `${file}.refused.jsonl`)
  const bar = progressBar(size, json)
  try {
    const counts = await withDatabase(env, (database) =>
      importUsers({
        ...{ database, file, format, columns, dryRun },
        onRefused: refusals.add,
        onProgress: ({ bytes, imported, unchanged, refused }) =>
          bar.show(bytes, imported + unchanged + refused),
      }),
    )
    bar.end()
    const report = refusals.close()
    const result = { ...counts, dryRun, report: report ?? null }
    const verb = dryRun ? 'would be imported' : 'imported'
    const where = report ? `, see ${report}` : ''
    const { imported, unchanged, refused } = counts
    print(
      json,
      result,
      `${imported} ${verb}, ${unchanged} there already, ${refused} refused${where}`,
    )
    if (refused > 0) process.exitCode = FOUND_FAULTS
  } finally {
    bar.end()
    refusals.close()
  }
}

function formatOf(file: string): 'csv' | 'jsonl' {
  if (/\.(csv|tsv|txt)$/i.test(file)) return 'csv'
  if (/\.(jsonl|ndjson|json)$/i.test(file)) return 'jsonl'
  throw new TypeError('the name of the file tells no format: say --format csv or jsonl')
}

function columnsIn(pairs: readonly string[]): Partial<Record<Field, string>> {
  const entries = pairs.map((pair) => {
    const [, name, column] = /^(\w+)=(.+)$/.exec(pair) ?? []
    const field = FIELDS.find((known) => known === name)
    if (!field || !column) {
      throw new TypeError(`--map takes field=column, with one of ${FIELDS.join(', ')}`)
    }
    return [field, column] as const
  })
  return Object.fromEntries(entries)
}
