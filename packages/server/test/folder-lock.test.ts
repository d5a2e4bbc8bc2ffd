import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../src/database/folder-lock.js'
import { build, startChild } from './child-process.js'

/** Prints `ready`, then `held` or `refused` on any input, and keeps the lock until that ends. */
const locker = (folder: string) =>
  startChild(`
    const { lockFolder } = await import('$dist/database/folder-lock.js')
    process.stdin.once('data', () => lockFolder(${JSON.stringify(folder)}).then(
      () => console.log('held'),
      (error) => console.log('refused: ' + error.message)))
    process.stdin.on('end', () => process.exit())
    console.log('ready')`)

/** The same, asked at once: its answer is the next line. */
async function lockElsewhere(folder: string) {
  const child = locker(folder)
  await child.line()
  child.say('go')
  return child
}

describe('lockFolder', () => {
  let folder: string

  beforeAll(build)
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const file = () => join(folder, 'lock')

  /** Leaves the lock behind that a killed process held. */
  async function crash(): Promise<void> {
    const child = await lockElsewhere(folder)
    expect(await child.line()).toBe('held')
    await child.kill()
  }

  it('locks a folder that does not exist yet', async () => {
    const unlock = await lockFolder(join(folder, 'not', 'yet'))

    await expect(lockFolder(join(folder, 'not', 'yet'))).rejects.toThrow(/is in use by process/)
    await unlock()
  })

  it('refuses a second lock in the same process until the first is let go', async () => {
    const unlock = await lockFolder(folder)

    await expect(lockFolder(folder)).rejects.toThrow(/is in use by process/)
    await unlock()
    const again = await lockFolder(folder)
    await again()
  })

  it('refuses a second process with one sentence that names the first', async () => {
    const unlock = await lockFolder(folder)

    const child = await lockElsewhere(folder)
    const line = await child.line()
    await child.finish()
    await unlock()

    expect(line).toBe(
      `refused: the embedded database in ${folder} is in use by process ${process.pid}`,
    )
  })

  it('takes over the lock of a process that was killed', async () => {
    await crash()

    const unlock = await lockFolder(folder)

    await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`)
    await unlock()
  })

  it('takes over the lock of a process that had the id of this one, as in a container', async () => {
    await crash()
    const holder = JSON.parse(await readFile(file(), 'utf8'))
    await writeFile(file(), JSON.stringify({ ...holder, pid: process.pid }))

    const unlock = await lockFolder(folder)
    await unlock()
  })

  it.each([
    ['empty', ''],
    ['damaged', '\0\0\0\0'],
    ['of another format', '{"pid":"one"}'],
  ])('takes over a lock file that is %s, as after a power cut', async (_what, text) => {
    await writeFile(file(), text)

    const unlock = await lockFolder(folder)
    await unlock()
  })

  it('leaves nothing behind', async () => {
    await crash()
    const unlock = await lockFolder(folder)

    expect(await readdir(folder)).toEqual(['lock'])
    await unlock()
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['a new folder', async () => {}],
    ['a folder whose holder was killed', crash],
  ])('gives %s to one of six processes that start together', async (_what, prepare) => {
    await prepare()
    const children = Array.from({ length: 6 }, () => locker(folder))
    for (const child of children) await child.line()
    for (const child of children) child.say('go')

    const lines = await Promise.all(children.map((child) => child.line()))
    await Promise.all(children.map((child) => child.finish()))

    expect(lines.filter((line) => line === 'held')).toHaveLength(1)
    expect(lines.filter((line) => line?.startsWith('refused: '))).toHaveLength(5)
  })
})
