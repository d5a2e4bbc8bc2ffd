import type { Database, Statement } from '../src/database/database.js'

/** A statement with the values it was asked with; without values only its generic plan is known. */
export type Asked = Statement

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** So many plans are made for the values before PostgreSQL considers one for any values. */
const UNTIL_GENERIC = 6
let prepared = 0

const EXPLAINABLE = /^\s*(select|with|insert|update|delete)\b/i

/** A database that also keeps every statement which can be explained, one of each text. */
export function recorded(
  database: Database,
): Database & { readonly asked: ReadonlyMap<string, Asked> } {
  const asked = new Map<string, Asked>()
  const keep = (statement: Statement) => {
    const { text, values = [] } = statement
    if (EXPLAINABLE.test(text)) asked.set(text, { ...statement, values })
  }
  const query = <Row>(statement: Statement, ask: Database['query']) => {
    keep(statement)
    return ask<Row>(statement)
  }
  return {
    ...database,
    asked,
    query: (statement) => query(statement, database.query),
    transaction: (work) =>
      database.transaction((tx) =>
        work({ ...tx, query: (statement) => query(statement, tx.query) }),
      ),
    pool: {
      end: () => database.pool.end(),
      connect: async () => {
        const client = await database.pool.connect()
        const ask = (text: string, values: readonly unknown[]) => {
          keep({ text, values })
          return client.query(text, values)
        }
        return { query: ask as typeof client.query, release: () => client.release() }
      },
    },
  }
}

/**
 * The tables that a statement reads from end to end, in the first or in a later of its plans.
 * `before` is SQL for the transaction that explains it.
 */
export async function wholeTables(
  database: Pick<Database, 'transaction'>,
  { text, values }: Asked,
  before = '',
): Promise<string[]> {
  const given = values ?? Array(parametersOf(text)).fill(null)
  const list = given.length > 0 ? `(${given.map(literal).join(', ')})` : ''
  const partial = await partialIndexes(database)
  return database.transaction(async (tx) => {
    const name = `asked_${prepared++}`
    const mode = values ? 'auto' : 'force_generic_plan'
    await tx.execute(`set local plan_cache_mode = ${mode}; ${before}; prepare ${name} as ${text}`)
    const found = new Set<string>()
    for (let time = 0; time < UNTIL_GENERIC; time++) {
      const explain = `explain (format json) execute ${name}${list}`
      const [row] = await tx.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({ text: explain })
      const nodes = row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? []
      for (const node of nodes) if (readsEverything(node, partial)) found.add(describe(node))
    }
    return [...found]
  })
}

const parametersOf = (text: string) =>
  Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))

/** An index that is read without a condition is read from end to end. A page of it stops early. */
function nodesOf(node: PlanNode, isLimited = false): PlanNode[] {
  const limited = isLimited || node['Node Type'] === 'Limit'
  const below = (node.Plans ?? []).flatMap((child) => nodesOf(child, limited))
  const isPage = limited && node['Node Type'].startsWith('Index')
  return isPage ? below : [node, ...below]
}

function readsEverything(node: PlanNode, partial: ReadonlySet<string>): boolean {
  const { 'Node Type': type, 'Index Name': index = '' } = node
  if (type === 'Seq Scan') return true
  return type.startsWith('Index') && node['Index Cond'] === undefined && !partial.has(index)
}

/** An index with a condition of its own holds only what fulfils it. */
async function partialIndexes({ transaction }: Pick<Database, 'transaction'>) {
  const text = `select indexrelid::regclass::text as name from pg_index where indpred is not null`
  const rows = await transaction((tx) => tx.query<{ name: string }>({ text }))
  return new Set(rows.map(({ name }) => name))
}

const describe = (node: PlanNode) => `${node['Node Type']} on ${node['Relation Name']}`

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]::text[]`
  const text = value instanceof Date ? value.toISOString() : String(value)
  return `'${text.replaceAll("'", "''")}'`
}
