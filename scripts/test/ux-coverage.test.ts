import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../lib/paths.mjs'

const LINES = 54

interface Row {
  readonly line: string
  readonly tests: readonly (readonly [file: string, title: string | undefined])[]
  readonly remark: string
}

const rows = readFileSync(join(ROOT, 'spec/ux-coverage.md'), 'utf8')
  .split('\n')
  .filter((text) => /^\| \d+ \|/.test(text))
  .map(readRow)

function readRow(text: string): Row {
  const [, line = '', , tests = '', remark = ''] = text.split('|').map((cell) => cell.trim())
  const named = tests.split('<br>').flatMap((one) => {
    const [, file, title] = /^`([^`]+)`(?: "(.+)")?$/.exec(one) ?? []
    return file ? [[file, title] as const] : []
  })
  return { line, tests: named, remark }
}

describe('spec/ux-coverage.md', () => {
  it('has every line of the list once', () => {
    const numbers = Array.from({ length: LINES }, (_, index) => String(index + 1))

    expect(rows.map(({ line }) => line)).toEqual(numbers)
  })

  it('names a test, or the reason why there is none', () => {
    const bare = rows.filter(({ tests, remark }) => tests.length === 0 && remark === '')

    expect(bare).toEqual([])
  })

  it('names only tests that are there', () => {
    const missing = rows.flatMap(({ line, tests }) =>
      tests.flatMap(([file, title = '']) =>
        isThere(file, title) ? [] : [`${line}: ${file} ${title}`],
      ),
    )

    expect(missing).toEqual([])
  })
})

function isThere(file: string, title: string): boolean {
  const path = join(ROOT, file)
  return existsSync(path) && readFileSync(path, 'utf8').includes(title)
}
