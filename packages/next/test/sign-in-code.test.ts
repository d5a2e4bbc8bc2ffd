import { describe, expect, it } from 'vitest'
import { messageOf, signInProblem } from '../src/auth-js-client.js'

describe('messageOf', () => {
  it.each([
    ['invalid_credentials', 'Email or password is incorrect.'],
    ['rate_limited', 'Too many attempts. Please wait a little before you try again.'],
    ['rate_limited.1', 'Too many attempts. Please try again in 1 second.'],
    ['rate_limited.30', 'Too many attempts. Please try again in 30 seconds.'],
    ['rate_limited.240', 'Too many attempts. Please try again in 4 minutes.'],
  ])('says for %s what a visitor can do', (code, sentence) => {
    expect(messageOf(code)).toBe(sentence)
  })

  it.each(['', 'no_such_code', 'constructor', '__proto__', '<b>', 'rate_limited.x'])(
    'says of "%s" only that it did not work',
    (code) => {
      expect(messageOf(code)).toBe(messageOf('service_unavailable'))
    },
  )
})

describe('signInProblem', () => {
  it.each([
    [{ error: 'CredentialsSignin', code: 'rate_limited.30' }, 'rate_limited', 30],
    [{ error: 'CredentialsSignin', code: 'credentials' }, 'invalid_credentials', undefined],
    [{ error: 'AccessDenied' }, 'access_denied', undefined],
    [{ error: 'Configuration' }, 'service_unavailable', undefined],
    [{ error: 'account_locked' }, 'account_locked', undefined],
    [{ error: 'rate_limited.5', code: undefined }, 'rate_limited', 5],
  ])('reads %j', (result, code, seconds) => {
    expect(signInProblem(result)).toMatchObject({ code, retryAfterSeconds: seconds })
  })

  it.each([undefined, null, {}, { error: null }, { error: '' }, { error: ['a', 'b'] }])(
    'finds none in %j',
    (result) => {
      expect(signInProblem(result)).toBeUndefined()
    },
  )
})
