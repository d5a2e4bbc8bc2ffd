import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import type { Database, Listener, Queryable, Statement } from './database.js'
import { lockFolder } from './folder-lock.js'

export interface EmbeddedOptions {
  /** Folder of the data, made when missing; without it everything is in memory. */
  readonly dataDir?: string
  /** A prepared data directory, as PGlite's `dumpDataDir` gives it. */
  readonly template?: Blob
}

/**
 * PostgreSQL inside this process. There is one connection, so users of it take turns.
 * @throws Error with one sentence for a folder that another process holds or that cannot be read
 */
export async function openEmbedded(options: EmbeddedOptions = {}): Promise<Database> {
  const unlock = options.dataDir ? await lockFolder(options.dataDir) : async () => {}
  const lite = await start(options).catch(async (cause: unknown) => {
    await unlock()
    throw new Error(`the embedded database in ${options.dataDir ?? 'memory'} cannot be opened`, {
      cause,
    })
  })
  const turns = takeTurns()
  const connect = async () => ({ ...queryable(lite), release: await turns() })
  return {
    ...exclusively(connect),
    pool: kyselyPool(lite, turns),
    transaction: (work) => transaction(connect, work),
    listen: (channel, listener) => listen(lite, turns, channel, listener),
    close: async () => {
      const release = await turns()
      await lite.close()
      release()
      await unlock()
    },
  }
}

type Connection = Queryable & { readonly release: () => void }

async function start({ dataDir, template }: EmbeddedOptions): Promise<PGlite> {
  const prepared = template ? { loadDataDir: template } : {}
  if (!dataDir) return PGlite.create(prepared)
  const files = join(dataDir, 'database')
  if (!existsSync(files)) await prepare(files, prepared)
  return PGlite.create(files)
}

/** The first start takes seconds. Cut short, it leaves a draft behind, never half a database. */
async function prepare(files: string, prepared: PGliteOptions): Promise<void> {
  const draft = `${files}.new`
  await rm(draft, { recursive: true, force: true })
  const lite = await PGlite.create(draft, prepared)
  await lite.close()
  await rename(draft, files)
}

function queryable(lite: PGlite): Queryable {
  return {
    async query<Row>({ text, values }: Statement): Promise<Row[]> {
      const result = await lite.query<Row>(text, values ? [...values] : [])
      return result.rows
    },
    async execute(sql) {
      await lite.exec(sql)
    },
  }
}

/** The same, one statement a turn. */
function exclusively(connect: () => Promise<Connection>): Queryable {
  const once = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await connect()
    try {
      return await work(connection)
    } finally {
      connection.release()
    }
  }
  return {
    query: (statement) => once((connection) => connection.query(statement)),
    execute: (sql) => once((connection) => connection.execute(sql)),
  }
}

async function transaction<T>(
  connect: () => Promise<Connection>,
  work: (queryable: Queryable) => Promise<T>,
): Promise<T> {
  const connection = await connect()
  try {
    await connection.execute('begin')
    const result = await work(connection)
    await connection.execute('commit')
    return result
  } catch (error) {
    await connection.execute('rollback')
    throw error
  } finally {
    connection.release()
  }
}

/** Writers are all in this process, and so are messages. */
function listen(
  lite: PGlite,
  turns: () => Promise<() => void>,
  channel: string,
  { connected, heard }: Listener,
): () => Promise<void> {
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = await turns()
    return work().finally(release)
  }
  const began = inTurn(() => lite.listen(channel, heard))
  began.then(connected, () => {})
  return async () => {
    const stop = await began.catch(() => undefined)
    if (stop && !lite.closed) await inTurn(() => stop())
  }
}

function kyselyPool(lite: PGlite, turns: () => Promise<() => void>): Database['pool'] {
  const query = async (text: string, values: readonly unknown[]) => {
    const result = await lite.query(text, [...values])
    const command = text.trimStart().slice(0, 6).toUpperCase()
    return { rows: result.rows, rowCount: result.affectedRows ?? result.rows.length, command }
  }
  return {
    connect: async () => ({ query, release: await turns() }) as never,
    end: async () => {},
  }
}

/** A queue of callers; each gets a function that ends its turn. */
function takeTurns(): () => Promise<() => void> {
  let last = Promise.resolve()
  return async () => {
    const before = last
    let release = () => {}
    last = new Promise((resolve) => {
      release = resolve
    })
    await before
    return release
  }
}
