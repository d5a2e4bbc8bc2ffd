import { describe, expect, it } from 'vitest'
import { countJunit, countJunitFile } from '../lib/junit.mjs'

const suite = (...cases: string[]) =>
  `<?xml version="1.0"?><testsuites><testsuite tests="9">${cases.join('')}</testsuite></testsuites>`
const PASSED = '<testcase classname="tests.a" name="test_one" time="0.1" />'
const SKIPPED = '<testcase classname="tests.a" name="test_two"><skipped message="x"/></testcase>'
const FAILED = '<testcase classname="tests.a" name="test_three"><failure>no</failure></testcase>'
const BROKEN = '<testcase classname="tests.b" name="test_four"><error>no</error></testcase>'

describe('the report of pytest', () => {
  it('is counted test by test', () => {
    expect(countJunit(suite(PASSED, SKIPPED, PASSED), 0)).toMatchObject({
      passed: 2,
      failed: 0,
      skipped: 1,
    })
  })

  it('names what failed', () => {
    const outcome = countJunit(suite(PASSED, FAILED, BROKEN, PASSED), 1)

    expect(outcome).toMatchObject({ passed: 2, failed: 2 })
    expect(outcome.notes).toEqual(['python: tests.a.test_three', 'python: tests.b.test_four'])
  })

  it.each([
    ['an exit code that no test accounts for', suite(PASSED), 3],
    ['no test at all', suite(), 0],
  ])('is a failure with %s', (_, xml, code) => {
    expect(countJunit(xml, code).failed).toBe(1)
  })

  it('is a failure when it is missing', () => {
    expect(countJunitFile('/nothing/here.xml', 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})
