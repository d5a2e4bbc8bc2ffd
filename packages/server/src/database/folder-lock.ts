import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Holder {
  readonly pid: number
  /** When that process started, as Linux counts it: process ids come again, in containers at once. */
  readonly started: string
  /** Tells this lock from the next one. */
  readonly id: string
}

/** A living process holds the lock of a data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Keeps a second process out of a data folder, which would corrupt it.
 * A lock whose process is gone (a `kill -9`) is taken over.
 * @returns what lets go of the lock
 * @throws FolderInUse if a living process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (await acquire(file)) return () => rm(file, { force: true })
  const holder = await readHolder(file)
  const who = holder ? `process ${holder.pid}` : 'another process'
  throw new FolderInUse(`the embedded database in ${folder} is in use by ${who}`)
}

/** Only who holds the lock on a dead lock may remove it, or the next one would be removed too. */
async function acquire(file: string): Promise<boolean> {
  if (await create(file)) return true
  const dead = await readHolder(file)
  if (!dead || (await isAlive(dead))) return false
  const removal = `${file}.${dead.id}`
  if (!(await acquire(removal))) return false
  try {
    if ((await readHolder(file))?.id !== dead.id) return false
    await rm(file)
    return await create(file)
  } finally {
    await rm(removal, { force: true })
  }
}

/** A hard link appears whole or not at all, so that nobody reads a lock that is still empty. */
async function create(file: string): Promise<boolean> {
  const id = randomUUID()
  const draft = `${file}-${id}`
  const holder: Holder = { pid: process.pid, started: await startOf(process.pid), id }
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Undefined without a file. A file that a power cut damaged is nobody's. */
async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const { pid, started, id } = JSON.parse(text)
    if (Number.isInteger(pid) && pid > 0 && /^[0-9a-f-]{36}$/.test(id)) return { pid, started, id }
  } catch {}
  return { pid: 0, started: '', id: 'damaged' }
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return (await startOf(pid)) === started
}

/** Field 22 of `/proc/<pid>/stat`; empty where there is no such file. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
