import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../lib/paths.mjs'

let clone: string

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'countersign-clone-'))
  for (const part of ['package.json', 'package-lock.json', 'scripts']) {
    cpSync(join(ROOT, part), join(clone, part), { recursive: true })
  }
})

afterAll(() => rmSync(clone, { recursive: true, force: true }))

describe('a clone in which nothing is installed yet', () => {
  it.each(['start', 'test'])('loads what npm %s begins with', async (name) => {
    const script = join(clone, 'scripts', `${name}.mjs`)

    const { stdout } = await promisify(execFile)(process.execPath, [script, '--help'])

    expect(stdout).toContain(`npm ${name}`)
  })
})
