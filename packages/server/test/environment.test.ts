import { describe, expect, it } from 'vitest'
import {
  databaseFromEnvironment,
  type Environment,
  listenFromEnvironment,
  optionsFromEnvironment,
} from '../src/environment.js'
import { resolveOptions } from '../src/options.js'

const WHOLE: Environment = {
  COUNTERSIGN_URL: 'https://auth.example.com',
  COUNTERSIGN_SECRET: 'abcdefghijklmnopqrstuvwxyz0123456789',
  COUNTERSIGN_AUDIENCE: 'todo-api',
}
const CLIENT_SECRET = 'the-secret-of-the-web-server-0123456789'

const messageOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}

describe('optionsFromEnvironment', () => {
  it('needs no more than an address, a secret and an audience', () => {
    const options = optionsFromEnvironment(WHOLE)

    expect(options).toEqual({
      url: WHOLE.COUNTERSIGN_URL,
      secret: WHOLE.COUNTERSIGN_SECRET,
      audience: 'todo-api',
      trustedOrigins: [],
      trustedProxies: [],
      clients: [],
      session: {},
      limits: {},
    })
    expect(resolveOptions({ ...options, database: {} as never })).toMatchObject({
      algorithm: 'EdDSA',
      accessLifetimeSeconds: 900,
    })
  })

  it('reads everything that may be set', () => {
    const options = optionsFromEnvironment({
      ...WHOLE,
      COUNTERSIGN_TRUSTED_ORIGINS: ' https://a.example.com, https://b.example.com ,',
      COUNTERSIGN_TRUSTED_PROXIES: '10.0.0.0/8,::1',
      COUNTERSIGN_CLIENT_ID: 'todo-web',
      COUNTERSIGN_CLIENT_SECRET: CLIENT_SECRET,
      COUNTERSIGN_ALGORITHM: 'ES256',
      COUNTERSIGN_ACCESS_SECONDS: '60',
      COUNTERSIGN_IDLE_SECONDS: '100',
      COUNTERSIGN_ABSOLUTE_SECONDS: '200',
      COUNTERSIGN_GRACE_SECONDS: '0.5',
      COUNTERSIGN_COALESCE_SECONDS: '2',
      COUNTERSIGN_RECOVERY_SECONDS: '0',
      COUNTERSIGN_LIMITS: 'signupsPerIp=100, refreshesPerSession=600',
      COUNTERSIGN_FAILOVER_UNTIL: '2030-01-31T12:00:00Z',
      COUNTERSIGN_WEB_URL: 'https://a.example.com',
      COUNTERSIGN_SMTP_URL: 'smtps://user:password@smtp.example.com',
      COUNTERSIGN_MAIL_FROM: 'Todo <no-reply@example.com>',
      COUNTERSIGN_DEV_MAILBOX: '1',
      COUNTERSIGN_SIGN_UP_MODE: 'instant',
    })

    expect(options).toMatchObject({
      webUrl: 'https://a.example.com',
      mail: {
        smtpUrl: 'smtps://user:password@smtp.example.com',
        from: 'Todo <no-reply@example.com>',
      },
      devMailbox: true,
      signUpMode: 'instant',
      trustedOrigins: ['https://a.example.com', 'https://b.example.com'],
      trustedProxies: ['10.0.0.0/8', '::1'],
      clients: [{ id: 'todo-web', secret: CLIENT_SECRET }],
      algorithm: 'ES256',
      accessLifetimeSeconds: 60,
      session: {
        idleSeconds: 100,
        absoluteSeconds: 200,
        graceSeconds: 0.5,
        coalesceSeconds: 2,
        recoverySeconds: 0,
      },
      limits: { signupsPerIp: 100, refreshesPerSession: 600 },
      failoverUntil: new Date('2030-01-31T12:00:00Z'),
    })
  })

  it.each(['COUNTERSIGN_JWT_SECRET', 'JWT_SECRET'])('reads the shared secret of %s', (name) => {
    const jwtSecret = 'a secret that the server shares with its APIs'
    const env = { ...WHOLE, COUNTERSIGN_ALGORITHM: 'HS256', [name]: jwtSecret }

    expect(optionsFromEnvironment(env)).toMatchObject({ algorithm: 'HS256', jwtSecret })
  })

  it('reads the shared secret that another one replaces, and never splits either', () => {
    const [newer, older] = ['a secret with a comma, and 1:2 colons in it', 'b'.repeat(40)]
    const env = { ...WHOLE, COUNTERSIGN_ALGORITHM: 'HS256', COUNTERSIGN_JWT_SECRET: newer }
    const jwtSecretOf = (COUNTERSIGN_JWT_SECRET_PREVIOUS: string) =>
      optionsFromEnvironment({ ...env, COUNTERSIGN_JWT_SECRET_PREVIOUS }).jwtSecret

    expect(jwtSecretOf(older)).toEqual([newer, older])
    expect([jwtSecretOf(newer), jwtSecretOf('')]).toEqual([newer, newer])
    expect(messageOf(() => jwtSecretOf('short'))).toContain('COUNTERSIGN_JWT_SECRET_PREVIOUS')
  })

  it('does not look at a shared secret that it does not sign with', () => {
    expect(optionsFromEnvironment({ ...WHOLE, JWT_SECRET: 'short' })).not.toHaveProperty(
      'jwtSecret',
    )
  })

  it.each(['COUNTERSIGN_URL', 'COUNTERSIGN_SECRET', 'COUNTERSIGN_AUDIENCE'])(
    'asks for %s when it is missing, empty or blank',
    (name) => {
      for (const value of [undefined, '', '  ']) {
        const message = messageOf(() => optionsFromEnvironment({ ...WHOLE, [name]: value }))
        expect(message).toMatch(new RegExp(`^${name} is not set`))
      }
    },
  )

  it('tells how to make a secret', () => {
    const message = messageOf(() => optionsFromEnvironment({ ...WHOLE, COUNTERSIGN_SECRET: '' }))

    expect(message).toBe('COUNTERSIGN_SECRET is not set; "countersign secret" makes one')
  })

  it.each([
    ['COUNTERSIGN_DEV_MAILBOX', 'yes'],
    ['COUNTERSIGN_SIGN_UP_MODE', 'open'],
    ['COUNTERSIGN_SMTP_URL', 'smtp://smtp.example.com'],
    ['COUNTERSIGN_MAIL_FROM', 'no-reply@example.com'],
    ['COUNTERSIGN_URL', 'auth.intranet'],
    ['COUNTERSIGN_URL', 'ftp://auth.example.com'],
    ['COUNTERSIGN_URL', 'http://auth.example.com'],
    ['COUNTERSIGN_URL', 'http://localhost.example.com'],
    ['COUNTERSIGN_URL', 'https://auth.example.com/auth'],
    ['COUNTERSIGN_URL', 'https://auth.example.com/?q'],
    ['COUNTERSIGN_URL', 'https://ada:password@auth.example.com'],
    ['COUNTERSIGN_SECRET', 'hunter2'],
    ['COUNTERSIGN_SECRET', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['COUNTERSIGN_SECRET', '2:abcdefghijklmnopqrstuvwxyz0123456789,1:hunter2'],
    [
      'COUNTERSIGN_SECRET',
      '1:abcdefghijklmnopqrstuvwxyz0123456789,1:9876543210zyxwvutsrqponmlkjihgfedcba',
    ],
    ['COUNTERSIGN_SECRET', '300:abcdefghijklmnopqrstuvwxyz0123456789'],
    ['COUNTERSIGN_TRUSTED_ORIGINS', '*'],
    ['COUNTERSIGN_TRUSTED_ORIGINS', 'https://*.example.com/x'],
    ['COUNTERSIGN_TRUSTED_ORIGINS', 'https://app.example.com/path'],
    ['COUNTERSIGN_TRUSTED_ORIGINS', 'https://app.example.com app.other.com'],
    ['COUNTERSIGN_TRUSTED_ORIGINS', 'null'],
    ['COUNTERSIGN_TRUSTED_PROXIES', '10.0.0.0/99'],
    ['COUNTERSIGN_TRUSTED_PROXIES', 'proxy.example.com'],
    ['COUNTERSIGN_CLIENT_SECRET', 'hunter2'],
    ['COUNTERSIGN_CLIENT_ID', 'public'],
    ['COUNTERSIGN_CLIENT_ID', 'two words'],
    ['COUNTERSIGN_CLIENT_ID', 'x'.repeat(65)],
    ['COUNTERSIGN_ALGORITHM', 'none'],
    ['COUNTERSIGN_ALGORITHM', 'eddsa'],
    ['COUNTERSIGN_ACCESS_SECONDS', '15m'],
    ['COUNTERSIGN_ACCESS_SECONDS', '0'],
    ['COUNTERSIGN_ACCESS_SECONDS', '1.5'],
    ['COUNTERSIGN_ACCESS_SECONDS', '86401'],
    ['COUNTERSIGN_IDLE_SECONDS', '-7'],
    ['COUNTERSIGN_IDLE_SECONDS', '0.5'],
    ['COUNTERSIGN_ABSOLUTE_SECONDS', 'Infinity'],
    ['COUNTERSIGN_GRACE_SECONDS', '301'],
    ['COUNTERSIGN_COALESCE_SECONDS', '29'],
    ['COUNTERSIGN_RECOVERY_SECONDS', 'a day'],
    ['COUNTERSIGN_LIMITS', 'signups=4711'],
    ['COUNTERSIGN_LIMITS', 'toString=4711'],
    ['COUNTERSIGN_LIMITS', 'signupsPerIp=0'],
    ['COUNTERSIGN_LIMITS', 'signupsPerIp 4711'],
    ['COUNTERSIGN_LIMITS', 'signupsPerIp=4711=5'],
    ['COUNTERSIGN_FAILOVER_UNTIL', 'tomorrow'],
  ])('refuses %s=%s in one sentence that names it and not its value', (name, value) => {
    const client = { COUNTERSIGN_CLIENT_ID: 'web', COUNTERSIGN_CLIENT_SECRET: CLIENT_SECRET }

    const message = messageOf(() => optionsFromEnvironment({ ...WHOLE, ...client, [name]: value }))

    expect(message).toContain(name)
    expect(message).not.toContain('\n')
    if (value.length > 6) expect(message).not.toContain(value)
    expect(message).not.toContain('hunter2')
  })

  it.each([
    ['without a secret', undefined, 'COUNTERSIGN_JWT_SECRET'],
    ['with a short secret', 'hunter2', 'COUNTERSIGN_JWT_SECRET'],
  ])('refuses HS256 %s', (_name, secret, variable) => {
    const env = { ...WHOLE, COUNTERSIGN_ALGORITHM: 'HS256', COUNTERSIGN_JWT_SECRET: secret }

    const message = messageOf(() => optionsFromEnvironment(env))

    expect(message).toContain(variable)
    expect(message).not.toContain('hunter2')
  })

  it.each([
    ['an id alone', { COUNTERSIGN_CLIENT_ID: 'web' }],
    ['a secret alone', { COUNTERSIGN_CLIENT_SECRET: CLIENT_SECRET }],
  ])('refuses %s of a client', (_name, env) => {
    expect(messageOf(() => optionsFromEnvironment({ ...WHOLE, ...env }))).toBe(
      'COUNTERSIGN_CLIENT_ID and COUNTERSIGN_CLIENT_SECRET go together',
    )
  })

  it('lets the web server read the feed, and the APIs ask about tokens too', () => {
    const { clients } = optionsFromEnvironment({
      ...WHOLE,
      COUNTERSIGN_CLIENT_ID: 'web',
      COUNTERSIGN_CLIENT_SECRET: CLIENT_SECRET,
      COUNTERSIGN_API_CLIENT_ID: 'api',
      COUNTERSIGN_API_CLIENT_SECRET: CLIENT_SECRET,
    })

    expect(clients).toEqual([
      { id: 'web', secret: CLIENT_SECRET, scopes: ['revocations:read', 'tokens:exchange'] },
      { id: 'api', secret: CLIENT_SECRET, scopes: ['revocations:read', 'tokens:introspect'] },
    ])
  })

  it.each([
    ['an id alone', { COUNTERSIGN_API_CLIENT_ID: 'api' }],
    ['a short secret', { COUNTERSIGN_API_CLIENT_ID: 'api', COUNTERSIGN_API_CLIENT_SECRET: 'x' }],
    [
      'the id of the web server',
      {
        COUNTERSIGN_CLIENT_ID: 'web',
        COUNTERSIGN_CLIENT_SECRET: CLIENT_SECRET,
        COUNTERSIGN_API_CLIENT_ID: 'web',
        COUNTERSIGN_API_CLIENT_SECRET: CLIENT_SECRET,
      },
    ],
  ])('refuses %s of the APIs', (_name, env) => {
    expect(messageOf(() => optionsFromEnvironment({ ...WHOLE, ...env }))).toMatch(
      /^COUNTERSIGN_API_CLIENT_/,
    )
  })

  it('takes the address of a Redis, its own first', () => {
    const both = { COUNTERSIGN_REDIS_URL: 'redis://one:6379', REDIS_URL: 'redis://two:6379' }

    expect(optionsFromEnvironment({ ...WHOLE, ...both }).redisUrl).toBe('redis://one:6379')
    const { REDIS_URL } = both
    expect(optionsFromEnvironment({ ...WHOLE, REDIS_URL }).redisUrl).toBe('redis://two:6379')
    expect(messageOf(() => optionsFromEnvironment({ ...WHOLE, REDIS_URL: 'two' }))).toContain(
      'REDIS_URL',
    )
  })

  it.each(['DATABASE_URL', 'DIRECT_URL'])('refuses a %s of another database', (name) => {
    const env = { DATABASE_URL: 'postgres://127.0.0.1/x', [name]: 'mysql://127.0.0.1/x' }

    expect(messageOf(() => void databaseFromEnvironment(env))).toContain(name)
  })

  it.each(['http://localhost:4400', 'http://127.0.0.1:4400', 'http://[::1]:4400'])(
    'takes plain http on this machine: %s',
    (url) => {
      expect(optionsFromEnvironment({ ...WHOLE, COUNTERSIGN_URL: url }).url).toBe(url)
    },
  )
})

describe('listenFromEnvironment', () => {
  it('takes port 4400 of every address unless told otherwise', () => {
    expect(listenFromEnvironment({})).toEqual({ port: 4400 })
    expect(listenFromEnvironment({ COUNTERSIGN_PORT: '', COUNTERSIGN_HOST: '' })).toEqual({
      port: 4400,
    })
    expect(listenFromEnvironment({ COUNTERSIGN_PORT: '0', COUNTERSIGN_HOST: '127.0.0.1' })).toEqual(
      { port: 0, host: '127.0.0.1' },
    )
  })

  it.each(['-1', '65536', '80.5', 'http', '0x50', ' '])('refuses the port "%s"', (port) => {
    expect(messageOf(() => listenFromEnvironment({ COUNTERSIGN_PORT: port }))).toBe(
      'COUNTERSIGN_PORT must be a port number',
    )
  })
})

describe('databaseFromEnvironment', () => {
  it.each(['mysql://ada:hunter2@host/db', 'hunter2', 'https://host'])(
    'refuses an address of another kind without repeating it: %s',
    (url) => {
      const message = messageOf(() => databaseFromEnvironment({ DATABASE_URL: url }))

      expect(message).toContain('DATABASE_URL')
      expect(message).not.toContain('hunter2')
    },
  )

  it('asks for a place of the embedded database', () => {
    expect(messageOf(() => databaseFromEnvironment({}))).toContain('COUNTERSIGN_DATA_DIR')
  })
})
