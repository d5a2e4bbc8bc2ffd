import { describe, expect, it } from 'vitest'
import { judgePythonAudit } from '../lib/python-audit.mjs'

const report = (...dependencies: object[]) => JSON.stringify({ dependencies, fixes: [] })
const GOOD = { name: 'cryptography', version: '1.0', vulns: [] }
const BAD = { name: 'starlette', version: '1.0', vulns: [{ id: 'PYSEC-1' }, { id: 'PYSEC-2' }] }

describe('judgePythonAudit', () => {
  it('passes when nothing is known', () => {
    expect(judgePythonAudit(`No known vulnerabilities found\n${report(GOOD)}\n`)).toMatchObject({
      passed: 1,
    })
  })

  it('fails and names what is vulnerable', () => {
    const outcome = judgePythonAudit(report(GOOD, BAD))

    expect(outcome).toMatchObject({ passed: 0, failed: 1 })
    expect(outcome.notes?.[0]).toContain('starlette (PYSEC-1 PYSEC-2)')
  })

  it.each(['', 'Traceback: ConnectionError', '{"dependencies'])(
    'skips when there is no answer: %s',
    (output) => {
      expect(judgePythonAudit(output)).toMatchObject({ passed: 0, failed: 0, skipped: 1 })
    },
  )

  it('says why, and does not name the registry', () => {
    const output = "Traceback\nConnectionError: HTTPSConnectionPool(host='example.org', port=443)\n"

    expect(judgePythonAudit(output).notes).toEqual([
      'pip-audit not available: ConnectionError: HTTPSConnectionPool(the registry, port=443)',
    ])
  })
})
