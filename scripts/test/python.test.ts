import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPython } from '../lib/python.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-python-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A command that answers like an interpreter. */
function interpreter(script: string): string {
  const path = join(folder, 'python3')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('the Python that is used', () => {
  it.each(['3.10.0', '3.14.1', '4.0.0'])('may be %s', (version) => {
    const PYTHON = interpreter(`echo ${version}`)

    expect(findPython({ PYTHON })).toEqual({ command: PYTHON, version })
  })

  it.each([
    ['is too old', 'echo 3.9.18'],
    ['is Python 2', 'echo 2.7.18'],
    ['has no venv', 'echo "No module named venv" >&2; exit 1'],
    ['is something else', 'echo hello'],
  ])('is not one that %s', (_, script) => {
    expect(findPython({ PYTHON: interpreter(script) })).toBeUndefined()
  })

  it('is not one that is missing', () => {
    expect(findPython({ PYTHON: join(folder, 'nothing') })).toBeUndefined()
  })
})
