import { TokenError } from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { type CountersignOptions, createAuthenticate } from '../src/authenticate.js'
import { createVerifier } from '../src/verifier.js'
import { AUDIENCE, hs256Token, ISSUER, issuerKey, JWKS_URI, NOW } from './fixtures.js'
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

  it('answers at once from a verifier of ours', () => {
    const authenticate = createAuthenticate(scriptedVerifier({ answersAtOnce: true }))

    const outcome = authenticate({ authorization: `Bearer ${hs256Token()}`, url: '/' })

    expect(outcome).toMatchObject({ identity: { userId: 'user-1' } })
  })

  it('never passes by a verify that somebody put around ours', async () => {
    const ours = scriptedVerifier({ answersAtOnce: true })
    const verify = () => Promise.reject(new TokenError('token_revoked', 'mine', 'banned'))
    const authenticate = createAuthenticate({ ...ours, verify })

    const outcome = await authenticate({ authorization: `Bearer ${hs256Token()}`, url: '/' })

    expect(outcome).toEqual({ refusal: { code: 'invalid_token' } })
  })

  it('waits for keys that a verifier of ours does not have yet', async () => {
    const key = await issuerKey()
    const response = Promise.resolve(Response.json({ keys: [key.jwk] }))
    const verifier = createVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['EdDSA'],
      jwksUri: JWKS_URI,
      fetch: () => response,
      now: () => NOW,
    })
    const authenticate = createAuthenticate(verifier)

    const outcome = await authenticate({ authorization: `Bearer ${key.token()}`, url: '/' })

    expect(outcome).toMatchObject({ identity: { userId: 'user-1' } })
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
