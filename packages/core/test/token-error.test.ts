import { describe, expect, it } from 'vitest'
import { TokenError } from '../src/token-error.js'

describe('TokenError', () => {
  it.each([
    ['invalid_token', 'invalid_token'],
    ['token_expired', 'token_expired'],
    ['unknown_key', 'invalid_token'],
    ['key_mismatch', 'invalid_token'],
    ['token_revoked', 'invalid_token'],
  ] as const)('tells the caller of %s only %s', (code, publicCode) => {
    const error = new TokenError(code, 'rule', 'message')

    expect(error).toMatchObject({ name: 'TokenError', code, publicCode, rule: 'rule' })
  })
})
