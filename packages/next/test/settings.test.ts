import { describe, expect, it } from 'vitest'
import { type CountersignOptions, createCountersign } from '../src/index.js'
import { resolveSettings } from '../src/settings.js'

const env = {
  COUNTERSIGN_URL: 'http://localhost:4400/',
  COUNTERSIGN_AUDIENCE: 'todo-api',
  COUNTERSIGN_WEB_ORIGIN: 'http://localhost:3000',
  COUNTERSIGN_COOKIE_SECRET: 'a cookie secret of at least thirty-two bytes',
  COUNTERSIGN_CLIENT_ID: 'todo-web',
  COUNTERSIGN_CLIENT_SECRET: 'client secret',
  NEXT_PUBLIC_API_BASE_URL: 'http://localhost:8000/api',
}

describe('resolveSettings', () => {
  it('takes everything from the environment', () => {
    const settings = resolveSettings({}, env)

    expect(settings).toMatchObject({
      server: 'http://localhost:4400',
      issuer: 'http://localhost:4400/api/auth',
      audience: 'todo-api',
      origin: 'http://localhost:3000',
      basePath: '/api/auth',
      client: { id: 'todo-web', secret: 'client secret' },
    })
    expect(settings.api?.href).toBe('http://localhost:8000/api')
    expect(settings.algorithms).not.toContain('HS256')
  })

  it('prefers options to the environment', () => {
    const settings = resolveSettings({ audience: 'other', issuer: 'https://id.test' }, env)

    expect(settings).toMatchObject({ audience: 'other', issuer: 'https://id.test' })
  })

  it.each([
    'COUNTERSIGN_URL',
    'COUNTERSIGN_AUDIENCE',
    'COUNTERSIGN_WEB_ORIGIN',
    'COUNTERSIGN_COOKIE_SECRET',
  ])('names %s when it is missing', (variable) => {
    expect(() => resolveSettings({}, { ...env, [variable]: undefined })).toThrow(variable)
    expect(() => resolveSettings({}, { ...env, [variable]: '' })).toThrow(TypeError)
  })

  it.each([
    ['COUNTERSIGN_URL', 'localhost:4400'],
    ['COUNTERSIGN_URL', 'ftp://localhost'],
    ['COUNTERSIGN_WEB_ORIGIN', 'app.example.com'],
    ['COUNTERSIGN_WEB_ORIGIN', 'https://app.example.com/path'],
    ['COUNTERSIGN_WEB_ORIGIN', 'http://app.example.com'],
    ['COUNTERSIGN_COOKIE_SECRET', 'too short'],
    ['COUNTERSIGN_CLIENT_SECRET', ''],
    ['NEXT_PUBLIC_API_BASE_URL', '/api'],
  ])('refuses %s=%s, naming the variable', (variable, value) => {
    expect(() => resolveSettings({}, { ...env, [variable]: value })).toThrow(variable)
  })

  it('never repeats a secret in a message', () => {
    const secret = 'tell nobody'

    expect(() => resolveSettings({}, { ...env, COUNTERSIGN_COOKIE_SECRET: secret })).not.toThrow(
      secret,
    )
  })

  it.each(['api/auth', '//evil.test', '/\\evil.test', 'https://evil.test'])(
    'refuses the base path %s',
    (basePath) => {
      expect(() => resolveSettings({ basePath }, env)).toThrow(/basePath/)
    },
  )

  it.each([
    [{ algorithms: ['HS256'] }, 'algorithms'],
    [{ algorithms: [] }, 'algorithms'],
    [{ algorithms: 'EdDSA' }, 'algorithms'],
    [{ clientIp: 'x-forwarded-for' }, 'clientIp'],
    [{ refreshMarginSeconds: '60' }, 'refreshMarginSeconds'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ signInPath: 'https://evil.test' }, 'signInPath'],
  ])('refuses %j, naming the option', (options, name) => {
    expect(() => resolveSettings(options as CountersignOptions, env)).toThrow(name)
  })

  it('takes an issuer that is empty for one that is not set', () => {
    const settings = resolveSettings({}, { ...env, COUNTERSIGN_ISSUER: '' })

    expect(settings.issuer).toBe(`${settings.server}/api/auth`)
  })
})

describe('createCountersign', () => {
  it('may be imported where nothing is configured, as next build does', () => {
    expect(() => createCountersign({ server: undefined })).not.toThrow()
  })

  it('throws at the first request instead', async () => {
    const { handlers } = createCountersign({ cookieSecret: 'short' })
    const request = new Request('https://app.test/api/auth/token', { method: 'POST' })

    await expect(async () => handlers.POST(request)).rejects.toThrow(TypeError)
  })

  it('refuses an unknown option at once', () => {
    expect(() => createCountersign({ sever: 'x' } as object)).toThrow(/"sever"/)
  })
})
