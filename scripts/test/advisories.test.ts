import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

const rows = read('spec/advisories.md')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, number]) => /^\d+$/.test(number ?? ''))
  .map(([, number = '', advisory = '', , files = '']) => ({
    number: Number(number),
    advisory,
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }))

describe('the advisories of others', () => {
  it('are all in the table', () => {
    const numbers = new Set(rows.map(({ number }) => number))

    expect([...numbers]).toEqual(Array.from({ length: 34 }, (_, index) => index + 1))
  })

  it.each(rows)('have a test that is named after $advisory', ({ advisory, files }) => {
    const inPython = advisory.toLowerCase().replaceAll('-', '_')
    expect(files).not.toEqual([])
    for (const file of files) {
      expect([file, existsSync(new URL(file, ROOT))]).toEqual([file, true])
      const text = read(file)
      expect([file, text.includes(advisory) || text.includes(inPython)]).toEqual([file, true])
    }
  })
})

it('recommends python-jose nowhere (CVE-2024-33663)', () => {
  const tracked = execFileSync(
    'git',
    ['ls-files', '*.md', '*pyproject.toml', '*requirements.txt'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  )
  const files = tracked.split('\n').filter((file) => file && existsSync(new URL(file, ROOT)))
  const advice = /(pip install|^|["' ])python-jose(\[| *[=><~])/m

  expect(files.filter((file) => advice.test(read(file)))).toEqual([])
})
