import { describe, expect, it } from 'vitest'
import { lastLine } from '../lib/tally.mjs'
import { countReport } from '../lib/vitest.mjs'

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((one) => ({ fullName: `it ${one}`, status: one })),
})

const line = (...args: Parameters<typeof countReport>) => lastLine(countReport(...args))

describe('countReport', () => {
  it('counts every test', () => {
    const report = [file('passed', 'passed', 'skipped', 'todo'), file('passed', 'passed')]

    expect(line(report, 0)).toBe('2 passed, 0 failed, 2 skipped')
  })

  it('names the tests that failed', () => {
    const outcome = countReport([file('failed', 'passed', 'failed')], 1)

    expect(lastLine(outcome)).toBe('1 passed, 1 failed, 0 skipped')
    expect(outcome.notes?.[0]).toContain('it failed')
  })

  it('counts a file that could not be loaded as one failure', () => {
    expect(line([file('failed'), file('passed', 'passed')], 1)).toBe(
      '1 passed, 1 failed, 0 skipped',
    )
  })

  it('does not count tests as passed that a broken file never ran', () => {
    expect(line([file('failed', 'skipped', 'skipped')], 1)).toBe('0 passed, 1 failed, 0 skipped')
  })

  it('counts an error outside of the tests', () => {
    expect(line([file('passed', 'passed')], 1)).toBe('1 passed, 1 failed, 0 skipped')
  })

  it('fails without a report', () => {
    expect(line(undefined, 1)).toBe('0 passed, 1 failed, 0 skipped')
  })

  it('fails when no test was found', () => {
    expect(line([], 1)).toBe('0 passed, 1 failed, 0 skipped')
  })
})
