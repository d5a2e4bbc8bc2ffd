import { describe, expect, it } from 'vitest'
import { judgeAudit } from '../lib/audit.mjs'

describe('judgeAudit', () => {
  it('passes when nothing is known', () => {
    const output = JSON.stringify({
      vulnerabilities: {},
      metadata: { vulnerabilities: { total: 0 } },
    })

    expect(judgeAudit(`npm warn config\n${output}\n`)).toMatchObject({ passed: 1 })
  })

  it('fails and names what is vulnerable', () => {
    const output = JSON.stringify({
      vulnerabilities: { leftpad: { name: 'leftpad', severity: 'high' } },
      metadata: { vulnerabilities: { total: 1 } },
    })

    const outcome = judgeAudit(output)

    expect(outcome.failed).toBe(1)
    expect(outcome.notes?.[0]).toContain('leftpad (high)')
  })

  it('skips when the registry does not offer it, and does not name the registry', () => {
    const output = JSON.stringify({
      message: '405 Method Not Allowed - POST https://example.org/x',
    })

    expect(judgeAudit(output)).toEqual({
      passed: 0,
      failed: 0,
      skipped: 1,
      notes: ['audit not available: 405 Method Not Allowed'],
    })
  })

  it('skips when there is no answer', () => {
    expect(judgeAudit('')).toMatchObject({ skipped: 1 })
  })
})
