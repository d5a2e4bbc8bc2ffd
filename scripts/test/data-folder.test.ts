import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareDataFolder } from '../lib/data-folder.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-data-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const prepare = (path: string) => () => prepareDataFolder(path, 'API_DATA_DIR')

describe('prepareDataFolder', () => {
  it('makes a folder for the owner alone', () => {
    prepare(join(folder, 'data/api'))()

    expect(statSync(join(folder, 'data/api')).mode & 0o777).toBe(0o700)
  })

  it('accepts the folder of a database', () => {
    writeFileSync(join(folder, 'PG_VERSION'), '17\n')

    expect(prepare(folder)).not.toThrow()
  })

  it('refuses a file', () => {
    writeFileSync(join(folder, 'api'), '')

    expect(prepare(join(folder, 'api'))).toThrow(/api is not a folder: .* set API_DATA_DIR/)
  })

  it('refuses a folder that cannot be made', () => {
    writeFileSync(join(folder, 'data'), '')

    expect(prepare(join(folder, 'data/api'))).toThrow(/cannot be made/)
  })
})
