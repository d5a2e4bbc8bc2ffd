import { describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { resolveOptions, type ServerOptions } from '../src/options.js'
import { CLIENT, SECRET, serverOptions } from './server-fixture.js'

const base = serverOptions({} as Database)
const resolve = (given: object) => resolveOptions({ ...base, ...given } as ServerOptions)

const WEB = 'https://app.example.com'
const MAIL = { smtpUrl: 'smtp://smtp.example.com', from: 'Todo <no-reply@example.com>' }

describe('resolveOptions', () => {
  it('confirms addresses first where there is a mail server, unless told otherwise', () => {
    const mailing = { mail: MAIL, webUrl: `${WEB}/` }

    expect(resolve({}).signUpMode).toBe('instant')
    expect(resolve(mailing)).toMatchObject({ signUpMode: 'verify_first', webUrl: WEB })
    expect(resolve({ ...mailing, signUpMode: 'instant' }).signUpMode).toBe('instant')
    const local = { url: 'http://localhost:4400', webUrl: 'http://localhost:3000' }
    expect(resolve({ ...local, devMailbox: true }).signUpMode).toBe('instant')
  })

  it('fills in defaults and freezes them', () => {
    const { limits: _, ...plain } = base
    const options = resolveOptions(plain)

    expect(options).toMatchObject({
      origin: 'https://auth.example.com',
      algorithm: 'EdDSA',
      accessLifetimeSeconds: 900,
      passwordMinLength: 8,
      session: { graceSeconds: 30, coalesceSeconds: 30, recoverySeconds: 86_400 },
    })
    expect(Object.isFrozen(options)).toBe(true)
    expect(options).not.toHaveProperty('secret')
  })

  it('trusts its own origin and those that are named, as browsers write them', () => {
    const { trustedOrigins } = resolve({ trustedOrigins: ['https://APP.example.com:443/'] })

    expect([...trustedOrigins]).toEqual(['https://auth.example.com', 'https://app.example.com'])
  })

  it('takes several audiences', () => {
    expect(resolve({ audience: ['a', 'b'] }).audience).toEqual(['a', 'b'])
  })

  it.each([
    ['an unknown option', { skipCsrf: true }, 'skipCsrf'],
    ['an empty audience', { audience: '' }, 'audience'],
    ['no audience', { audience: [] }, 'audience'],
    ['an unknown algorithm', { algorithm: 'none' }, 'algorithm'],
    ['an address with a path', { url: 'https://auth.example.com/x' }, 'url'],
    ['plain http', { url: 'http://auth.example.com' }, 'url'],
    ['a weak secret', { secret: 'hunter2' }, 'secret'],
    ['every origin', { trustedOrigins: ['*'] }, 'trustedOrigins'],
    ['an origin with a path', { trustedOrigins: ['https://a.example.com/x'] }, 'trustedOrigins'],
    ['a proxy by name', { trustedProxies: ['proxy'] }, 'trustedProxies'],
    ['a weak client', { clients: [{ id: 'web', secret: 'hunter2' }] }, 'clients'],
    ['a client called public', { clients: [{ ...CLIENT, id: 'public' }] }, 'clients'],
    ['a client with more', { clients: [{ ...CLIENT, admin: true }] }, 'admin'],
    ['an unknown window', { session: { graceMinutes: 1 } }, 'graceMinutes'],
    ['a window that logs out', { session: { coalesceSeconds: 1 } }, 'coalesceSeconds'],
    ['a lifetime of nothing', { accessLifetimeSeconds: 0 }, 'accessLifetimeSeconds'],
    ['a lifetime of weeks', { accessLifetimeSeconds: 1e6 }, 'accessLifetimeSeconds'],
    ['short passwords', { passwordMinLength: 7 }, 'passwordMinLength'],
    ['an unknown limit', { limits: { logins: 5 } }, 'logins'],
    ['a limit of nothing', { limits: { signupsPerIp: 0 } }, 'limits'],
    ['half a limit', { limits: { signupsPerIp: 1.5 } }, 'limits'],
    ['HS256 without its secret', { algorithm: 'HS256' }, 'jwtSecret'],
    ['a shared secret without HS256', { jwtSecret: SECRET }, 'jwtSecret'],
    ['mail without an address of the web application', { mail: MAIL }, 'webUrl'],
    ['links over plain http', { mail: MAIL, webUrl: 'http://app.example.com' }, 'webUrl'],
    ['links with a query', { mail: MAIL, webUrl: 'https://app.example.com/?a' }, 'webUrl'],
    ['two senders', { mail: { ...MAIL, from: 'a@example.com, b@example.com' } }, 'mail.from'],
    ['a sender with a line break', { mail: { ...MAIL, from: 'A\r\nB <a@example.com>' } }, 'mail'],
    ['a mail server without a sender', { mail: { smtpUrl: MAIL.smtpUrl } }, 'from'],
    ['a mail server by another name', { mail: { ...MAIL, smtpUrl: 'http://hunter2' } }, 'smtpUrl'],
    ['a path of links elsewhere', { mail: { paths: { signIn: '//evil.example' } } }, 'mail.paths'],
    ['an unknown mail', { mail: { templates: { hello: () => {} } } }, 'hello'],
    ['a mailbox that others can see', { devMailbox: true, webUrl: WEB }, 'devMailbox'],
    ['confirmed addresses without mail', { signUpMode: 'verify_first' }, 'signUpMode'],
    ['no database', { database: undefined }, 'database'],
  ])('refuses %s, by name', (_name, given, option) => {
    const refused = () => resolve(given)

    expect(refused).toThrow(TypeError)
    expect(refused).toThrow(option)
    expect(refused).not.toThrow('hunter2')
  })
})
