import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../src/options.js'
import { createProviders, type SocialProviderOptions } from '../src/social/provider-options.js'
import { socialFromEnvironment } from '../src/social/social-environment.js'
import { serverOptions } from './server-fixture.js'

const ID = { clientId: 'c', clientSecret: 's' }
const resolved = (socialProviders: unknown) =>
  resolveOptions(
    serverOptions({} as never, { socialProviders: socialProviders as SocialProviderOptions[] }),
  ).socialProviders

describe('socialProviders', () => {
  it('knows Google and GitHub, and any other by name and issuer', () => {
    const acme = { id: 'acme', name: 'Acme', issuer: 'https://id.acme.example', ...ID }
    const all = resolved([{ id: 'google', ...ID }, { id: 'github', ...ID }, acme])

    const names = [...createProviders(all, 'public').values()].map(({ name }) => name)

    expect(names).toEqual(['Google', 'GitHub', 'Acme'])
  })

  it.each([
    ['an id of another form', [{ id: 'Google', ...ID }]],
    ['the id of passwords', [{ id: 'credential', ...ID }]],
    [
      'an id twice',
      [
        { id: 'google', ...ID },
        { id: 'google', ...ID },
      ],
    ],
    ['no secret', [{ id: 'google', clientId: 'c' }]],
    ['an issuer that is no address', [{ id: 'acme', name: 'A', issuer: 'javascript:x', ...ID }]],
    ['an unknown option', [{ id: 'google', ...ID, trusted: true }]],
  ])('refuses %s at the start', (_, all) => {
    expect(() => resolved(all)).toThrow(/^(option "socialProviders|unknown option "trusted")/)
  })

  it('refuses another provider without its issuer', () => {
    expect(() => createProviders([{ id: 'acme', name: 'Acme', ...ID }], 'public')).toThrow(
      /^option "socialProviders": acme/,
    )
  })
})

describe('socialFromEnvironment', () => {
  it('is nobody without variables, and goes to public addresses', () => {
    expect(socialFromEnvironment({})).toEqual({})
  })

  it('reads the three of them, Google first', () => {
    const { socialProviders, outgoingAddresses } = socialFromEnvironment({
      GITHUB_CLIENT_ID: 'gh',
      GITHUB_CLIENT_SECRET: 's',
      GOOGLE_CLIENT_ID: 'g',
      GOOGLE_CLIENT_SECRET: 's',
      COUNTERSIGN_OIDC_ID: 'acme',
      COUNTERSIGN_OIDC_NAME: 'Acme',
      COUNTERSIGN_OIDC_ISSUER: 'https://id.acme.example',
      COUNTERSIGN_OIDC_CLIENT_ID: 'a',
      COUNTERSIGN_OIDC_CLIENT_SECRET: 's',
      COUNTERSIGN_GITHUB_URL: 'https://github.acme.example',
      COUNTERSIGN_OUTGOING_ADDRESSES: 'any',
    })

    expect(socialProviders).toMatchObject([
      { id: 'google', clientId: 'g' },
      { id: 'github', url: 'https://github.acme.example' },
      { id: 'acme', name: 'Acme', issuer: 'https://id.acme.example' },
    ])
    expect(outgoingAddresses).toBe('any')
    expect(resolved(socialProviders)).toHaveLength(3)
  })

  it.each([
    [{ GOOGLE_CLIENT_ID: 'g' }, 'GOOGLE_CLIENT_ID'],
    [{ GITHUB_CLIENT_SECRET: 's' }, 'GITHUB_CLIENT_ID'],
    [
      { COUNTERSIGN_OIDC_CLIENT_ID: 'a', COUNTERSIGN_OIDC_CLIENT_SECRET: 's' },
      'COUNTERSIGN_OIDC_ISSUER',
    ],
    [{ COUNTERSIGN_OUTGOING_ADDRESSES: 'all' }, 'COUNTERSIGN_OUTGOING_ADDRESSES'],
  ])('names the variable that is wrong in %j', (env, name) => {
    expect(() => socialFromEnvironment(env as never)).toThrow(name)
  })
})
