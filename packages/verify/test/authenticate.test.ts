import { describe, expect, it } from 'vitest'
import { type CountersignOptions, createAuthenticate } from '../src/authenticate.js'
import { hs256Token } from './fixtures.js'
import { scriptedVerifier } from './scripted-verifier.js'

describe('createAuthenticate', () => {
  it('needs nothing but a header and an address', async () => {
    const authenticate = createAuthenticate(scriptedVerifier())

    const outcome = await authenticate({ authorization: `Bearer ${hs256Token()}`, url: '/tasks' })

    expect(outcome).toMatchObject({ identity: { userId: 'user-1' } })
  })

  it('refuses with a value, not with an error', async () => {
    const authenticate = createAuthenticate(scriptedVerifier())

    const outcome = await authenticate({ authorization: 'Bearer bad', url: '/tasks' })

    expect(outcome).toEqual({ refusal: { code: 'invalid_token' } })
  })

  it.each([
    ['an unknown option', { roles: ['admin'] }],
    ['an optional that is no true', { optional: false }],
    ['an unknown policy', { whenStale: 'ask' }],
  ])('refuses %s at start-up', (_, options) => {
    expect(() => createAuthenticate(scriptedVerifier(), options as CountersignOptions)).toThrow(
      TypeError,
    )
  })

  it('refuses what is no verifier at start-up', () => {
    expect(() => createAuthenticate({} as never)).toThrow(TypeError)
  })
})
