import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const RETRY_MS = 100

/** A directory that belongs to this process until it is released. */
export interface DataDirectory {
  /** Where the embedded database keeps its files. */
  readonly databasePath: string
  release(): Promise<void>
}

/**
 * Claims a data directory for this process: two processes on the same files would destroy them.
 * The claim is a file with the process id; the claim of a process that no longer runs is void.
 * Throws a plain `Error` with one sentence if another process holds it, and goes on holding it for
 * `patienceMs`: after a restart the process before us may not be quite gone yet.
 */
export async function lockDataDirectory(
  directory: string,
  { patienceMs = 3_000 } = {},
): Promise<DataDirectory> {
  const lockPath = join(directory, 'lock')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const deadline = Date.now() + patienceMs
  while (!(await claim(lockPath))) {
    const holder = await holderOf(lockPath)
    if (holder === undefined || !isRunning(holder)) await rm(lockPath, { force: true })
    else if (Date.now() >= deadline) throw inUse(directory, holder)
    else await setTimeout(RETRY_MS)
  }
  return { databasePath: join(directory, 'tasks'), release: () => rm(lockPath, { force: true }) }
}

/** A hard link appears whole or not at all, so nobody reads a lock that is still empty. */
async function claim(lockPath: string): Promise<boolean> {
  const draft = `${lockPath}.${process.pid}`
  await writeFile(draft, String(process.pid))
  try {
    await link(draft, lockPath)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function holderOf(lockPath: string): Promise<number | undefined> {
  const pid = Number(await readFile(lockPath, 'utf8').catch(() => ''))
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}

function isRunning(pid: number): boolean {
  // In a container the process before us often had our own id.
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(directory: string, holder: number): Error {
  return new Error(`The data directory ${resolve(directory)} is in use by process ${holder}.`)
}
