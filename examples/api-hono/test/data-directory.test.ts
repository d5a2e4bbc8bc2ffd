import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockDataDirectory } from '../src/data-directory.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-hono-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('claims a free directory and gives it back', async () => {
  const first = await lockDataDirectory(directory)
  await first.release()

  const second = await lockDataDirectory(directory)

  expect(second.databasePath).toBe(first.databasePath)
  expect(await readdir(directory)).toEqual(['lock'])
})

it('creates the directory', async () => {
  await lockDataDirectory(join(directory, 'deep', 'down'))

  expect(await readdir(join(directory, 'deep', 'down'))).toEqual(['lock'])
})

it('refuses a directory of a process that runs', async () => {
  await writeFile(join(directory, 'lock'), String(process.ppid))

  const locking = lockDataDirectory(directory, { patienceMs: 0 })

  await expect(locking).rejects.toThrow(`in use by process ${process.ppid}.`)
})

it('waits for a process that is about to leave', async () => {
  await writeFile(join(directory, 'lock'), String(process.ppid))

  const locking = lockDataDirectory(directory)
  await rm(join(directory, 'lock'))

  await expect(locking).resolves.toBeDefined()
})

it.each(['', 'not a number', '99999999', String(process.pid)])(
  'takes over the lock that was left with %j in it',
  async (content) => {
    await writeFile(join(directory, 'lock'), content)

    await expect(lockDataDirectory(directory)).resolves.toBeDefined()
  },
)
