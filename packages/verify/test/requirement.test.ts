import { describe, expect, it } from 'vitest'
import { identityIn, roleRequirement } from '../src/requirement.js'
import { scriptedVerifier } from './scripted-verifier.js'

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
    const anonymous = { identity: undefined, token: '', verifier: scriptedVerifier() }

    expect(() => identityIn(anonymous)).toThrow(TypeError)
    expect(() => identityIn(undefined)).toThrow(TypeError)
  })
})
