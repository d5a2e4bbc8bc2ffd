import type { Identity } from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { identityIn, roleRequirement } from '../src/requirement.js'

describe('roleRequirement', () => {
  it.each([
    ['no role', []],
    ['an empty role', ['']],
    ['two roles in one text', ['user,admin']],
    ['a list in a list', [['admin']]],
  ])('refuses %s at start-up', (_, roles) => {
    expect(() => roleRequirement(roles as string[])).toThrow(TypeError)
  })
})

describe('identityIn', () => {
  it('throws for an anonymous request, so that no query runs without a user', () => {
    expect(() => identityIn(undefined)).toThrow(TypeError)
  })

  it('throws where nothing has looked at the request', () => {
    expect(() => identityIn(null)).toThrow(TypeError)
  })

  it('throws for an identity that no verifier gave, whoever put it there', () => {
    expect(() => identityIn({ userId: 'user-1', role: 'admin' } as Identity)).toThrow(TypeError)
  })
})
