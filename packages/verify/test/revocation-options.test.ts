import { describe, expect, it } from 'vitest'
import { type RevocationOptions, readRevocations } from '../src/revocation-options.js'
import { ISSUER } from './fixtures.js'

const GOOD = { clientId: 'api', clientSecret: 'secret' } satisfies RevocationOptions

describe('readRevocations', () => {
  it('finds feed and introspection below the issuer, is open and streams', () => {
    expect(readRevocations(GOOD, ISSUER)).toEqual({
      url: `${ISSUER}/revocations`,
      introspectionUrl: `${ISSUER}/introspect`,
      authorization: `Basic ${btoa('api:secret')}`,
      whenStale: 'open',
      transport: 'stream',
    })
  })

  it('takes addresses, a policy and a transport as they are given', () => {
    const given = {
      url: 'https://internal.example/feed?region=eu',
      introspectionUrl: 'https://internal.example/introspect',
      whenStale: 'introspect',
      transport: 'poll',
    } as const

    expect(readRevocations({ ...GOOD, ...given }, ISSUER)).toMatchObject(given)
  })

  it('is nothing where nothing is given', () => {
    expect(readRevocations(undefined, ISSUER)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['no id', { clientSecret: 'secret' }],
    ['an empty id', { ...GOOD, clientId: '' }],
    ['no secret', { clientId: 'api' }],
    ['an empty secret', { ...GOOD, clientSecret: '' }],
    ['an unknown option', { ...GOOD, token: 'x' }],
    ['an unknown policy', { ...GOOD, whenStale: 'ignore' }],
    ['an unknown transport', { ...GOOD, transport: 'websocket' }],
    ['a relative address', { ...GOOD, url: '/revocations' }],
    ['credentials in an address', { ...GOOD, url: 'https://a:b@auth.example.com/revocations' }],
    ['another scheme', { ...GOOD, introspectionUrl: 'ftp://auth.example.com/introspect' }],
    ['null', null as unknown as object],
  ])('refuses %s', (_, options) => {
    expect(() => readRevocations(options as RevocationOptions, ISSUER)).toThrow(TypeError)
  })

  it('refuses an issuer that is no address, unless it is told where the feed is', () => {
    const urls = { url: 'https://a.example/r', introspectionUrl: 'https://a.example/i' }

    expect(() => readRevocations(GOOD, 'countersign')).toThrow(TypeError)
    expect(readRevocations({ ...GOOD, ...urls }, 'countersign')).toMatchObject(urls)
  })
})
