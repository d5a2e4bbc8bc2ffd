import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { openEmbedded } from '../src/database/embedded.js'
import { lockFolder } from '../src/database/folder-lock.js'
import { build, startChild } from './child-process.js'
import { embedded, type TestDatabase, template } from './databases.js'

describe('an embedded database in memory', () => {
  let opened: TestDatabase
  let database: Database

  beforeAll(async () => {
    opened = await embedded()
    database = opened.database
    await database.execute('create table notes (id integer primary key, text text)')
  })
  beforeEach(() => database.execute('truncate notes'))
  afterAll(() => opened?.close())

  const insert = (id: number) => ({ text: 'insert into notes (id) values ($1)', values: [id] })
  const count = async () => (await database.query({ text: 'select id from notes' })).length

  it('commits what a transaction did', async () => {
    const result = await database.transaction(async (transaction) => {
      await transaction.query(insert(1))
      return 'done'
    })

    expect(result).toBe('done')
    expect(await count()).toBe(1)
  })

  it('keeps nothing of a transaction that fails, and goes on', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert(1))
      throw new Error('changed my mind')
    })

    await expect(failing).rejects.toThrow('changed my mind')
    expect(await count()).toBe(0)
  })

  it('keeps nothing of a transaction in which a statement fails', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert(1))
      await transaction.query(insert(1))
    })

    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(await count()).toBe(0)
  })

  it('does not let anybody else into a transaction', async () => {
    let seen: number | undefined
    const inside = database.transaction(async (transaction) => {
      await transaction.query(insert(1))
      const outside = count().then((rows) => {
        seen = rows
      })
      await transaction.query(insert(2))
      expect(seen).toBeUndefined()
      return { outside }
    })

    await (await inside).outside
    expect(seen).toBe(2)
  })

  it('gives its connection back after a statement that failed', async () => {
    await expect(database.query({ text: 'select nonsense' })).rejects.toMatchObject({
      code: '42703',
    })

    expect(await count()).toBe(0)
  })
})

describe('an embedded database in a folder', () => {
  let temporary: string
  let folder: string

  beforeAll(async () => {
    await build()
    temporary = await mkdtemp(join(tmpdir(), 'countersign-embedded-'))
    folder = join(temporary, 'missing', 'data')
    const database = await openEmbedded({ dataDir: folder, template: await template() })
    await database.execute('create table notes (id integer primary key)')
    await database.close()
  })
  afterAll(() => rm(temporary, { recursive: true, force: true }))

  /** A process that opens a folder and runs `code` with `database`. */
  const startWriter = (code: string, dataDir = folder) =>
    startChild(`
      const { openEmbedded } = await import('$dist/database/embedded.js')
      const database = await openEmbedded({ dataDir: ${JSON.stringify(dataDir)} })
      const insert = (id, by) =>
        by.query({ text: 'insert into notes (id) values ($1)', values: [id] })
      ${code}`)

  const idsOf = async (database: Database) => {
    const rows = await database.query<{ id: number }>({ text: 'select id from notes order by id' })
    return rows.map(({ id }) => id)
  }

  /** Opens the folder, empties the table and closes; what it found. */
  async function take(): Promise<number[]> {
    const database = await openEmbedded({ dataDir: folder })
    const found = await idsOf(database)
    await database.execute('truncate notes')
    await database.close()
    return found
  }

  it('finds what was written when it was told to close', async () => {
    const database = await openEmbedded({ dataDir: folder })
    const writing = database.transaction(async (transaction) => {
      for (const id of [1, 2, 3]) {
        await transaction.query({ text: 'insert into notes values ($1)', values: [id] })
      }
    })

    await Promise.all([writing, database.close()])

    expect(await take()).toEqual([1, 2, 3])
  })

  it('refuses a second process with one clear sentence', async () => {
    const unlock = await lockFolder(folder)

    const child = startChild(`
      const { openEmbedded } = await import('$dist/database/embedded.js')
      await openEmbedded({ dataDir: ${JSON.stringify(folder)} }).catch((e) => console.log(e.message))`)
    const line = await child.line()
    await child.finish()
    await unlock()

    expect(line).toBe(`the embedded database in ${folder} is in use by process ${process.pid}`)
  })

  it('has every transaction that was acknowledged before a kill -9, and none by half', async () => {
    const child = startWriter(`
      for (let id = 1; ; id++) {
        await database.transaction(async (transaction) => {
          await insert(id, transaction)
          await insert(-id, transaction)
        })
        console.log(id)
      }`)
    let acknowledged = 0
    while (acknowledged < 40) acknowledged = Number(await child.line())
    await child.kill()

    const found = await take()

    const pairs = found.length / 2
    expect(pairs).toBeGreaterThanOrEqual(acknowledged)
    expect(found.filter((id) => id > 0)).toEqual(Array.from({ length: pairs }, (_, id) => id + 1))
    expect(
      found
        .filter((id) => id < 0)
        .map((id) => -id)
        .sort((a, b) => a - b),
    ).toEqual(found.filter((id) => id > 0))
  })

  it('starts again after a kill -9 in its very first start', async () => {
    const other = join(temporary, 'interrupted')
    const child = startWriter('', other)
    while (!(await exists(join(other, 'database.new')))) await tick()
    await child.kill()

    const database = await openEmbedded({ dataDir: other, template: await template() })

    expect(await database.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }])
    await database.close()
  })

  it.each([
    ['of a version that does not exist', '99\n'],
    ['that are damaged', '\0\0'],
  ])('refuses files %s with a clear sentence, and lets go of the folder', async (_what, text) => {
    const other = await mkdtemp(join(temporary, 'damaged-'))
    await mkdir(join(other, 'database'))
    await writeFile(join(other, 'database', 'PG_VERSION'), text)

    await expect(openEmbedded({ dataDir: other })).rejects.toThrow(
      `the embedded database in ${other} cannot be opened`,
    )
    const unlock = await lockFolder(other)
    await unlock()
  })
})

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const tick = () => new Promise((resolve) => setTimeout(resolve, 5))
