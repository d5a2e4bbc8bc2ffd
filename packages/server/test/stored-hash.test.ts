import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { hashPassword as scrypt } from 'better-auth/crypto'
import { describe, expect, it } from 'vitest'
import { createPasswords } from '../src/identity/passwords.js'
import { assessHash } from '../src/identity/stored-hash.js'

const passwords = createPasswords()
const PASSWORD = 'correct horse battery staple'
const bcryptOf = (version: '2a' | '2b' | '2y') => bcrypt(PASSWORD, { cost: 4, version })

describe('a hash that a user brings', () => {
  it.each([
    ['bcrypt $2a$', () => bcryptOf('2a')],
    ['bcrypt $2b$', () => bcryptOf('2b')],
    ['bcrypt $2y$', () => bcryptOf('2y')],
    ['scrypt of Better Auth', () => scrypt(PASSWORD)],
    ['Argon2i', () => argon2(PASSWORD, { algorithm: 1, memoryCost: 1024, timeCost: 1 })],
  ])('opens with its password and with no other: %s', async (_kind, make) => {
    const hash = await make()

    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(true)
    expect(await passwords.verify({ hash, password: `${PASSWORD}!` })).toBe(false)
    expect(await passwords.verify({ hash, password: '' })).toBe(false)
  })

  it('of bcrypt is of the bytes as they were typed', async () => {
    const hash = await bcrypt('Zürich'.normalize('NFD'), { cost: 4 })

    expect(await passwords.verify({ hash, password: 'Zürich'.normalize('NFD') })).toBe(true)
    expect(await passwords.verify({ hash, password: 'Zürich'.normalize('NFC') })).toBe(false)
  })

  it.each([
    ['bcrypt of cost 31', '$2b$31$'.padEnd(60, 'a')],
    ['bcrypt of an ill-made version', '$2x$04$'.padEnd(60, 'a')],
    ['bcrypt of another length', '$2b$04$'.padEnd(61, 'a')],
    ['Argon2 of 2 GiB', '$argon2id$v=19$m=2097152,t=1,p=1$c29tZXNhbHQ$aGFzaA'],
    ['Argon2 of a thousand passes', '$argon2id$v=19$m=1024,t=1000,p=1$c29tZXNhbHQ$aGFzaA'],
    ['Argon2 of a hundred lanes', '$argon2id$v=19$m=1024,t=1,p=100$c29tZXNhbHQ$aGFzaA'],
  ])('is not tried where it would take for ever, or is none: %s', async (_kind, hash) => {
    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(false)
  })
  it.each([
    ['eleven passes', { memoryCost: 1024, timeCost: 11 }],
    ['nine lanes', { memoryCost: 1024, timeCost: 1, parallelism: 9 }],
    ['129 MiB', { memoryCost: 129 * 1024, timeCost: 1 }],
  ])('does not open even with its password if it costs %s', async (_cost, options) => {
    const hash = await argon2(PASSWORD, options)

    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(false)
  })
})

describe('a hash that another program made', () => {
  it.each([
    // Published in the documentation of passlib.
    [
      'bcrypt_sha256 of passlib',
      'password',
      '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2',
    ],
    [
      'bcrypt_sha256 of an older passlib',
      'password',
      '$bcrypt-sha256$2a,12$LrmaIX5x4TRtAwEfwJZa1.$2ehnw6LvuIUTM0iz4iz9hTxv21B6KFO',
    ],
    [
      'pbkdf2_sha256 of passlib',
      'toomanysecrets',
      '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
    ],
    // Made by `hashlib.pbkdf2_hmac` in Django's form.
    [
      'pbkdf2_sha256 of Django',
      'lètmein',
      'pbkdf2_sha256$1200$seasalt$KmtzjE7Y1gkaoDA3398+Z8C6WAH1qIwq4YKMLnMvlx8=',
    ],
  ])('opens with its password and with no other: %s', async (_kind, password, hash) => {
    expect(await passwords.verify({ hash, password })).toBe(true)
    expect(await passwords.verify({ hash, password: `${password}!` })).toBe(false)
    expect(await passwords.verify({ hash, password: '' })).toBe(false)
    expect(assessHash(hash)).toBe('accepted')
  })

  it.each([
    ['a PBKDF2 of passlib', '$pbkdf2-sha256$2000001$N2YMIWQsBWBMae09x1jrPQ$', 43, ''],
    ['a PBKDF2 of Django', 'pbkdf2_sha256$4294967295$seasalt$', 43, '='],
    ['a bcrypt_sha256', `$bcrypt-sha256$v=2,t=2b,r=31$${'a'.repeat(22)}$`, 31, ''],
  ])('is not tried if it would take for ever: %s', async (_kind, head, length, tail) => {
    const hash = head + 'a'.repeat(length) + tail

    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(false)

    expect(assessHash(hash)).toBe('too_costly')
  })

  it.each([
    ['no rounds', 'pbkdf2_sha256$0$seasalt$KmtzjE7Y1gkaoDA3398+Z8C6WAH1qIwq4YKMLnMvlx8='],
    ['a short digest', 'pbkdf2_sha256$1$seasalt$KmtzjE7Y1gka'],
    ['no salt', 'pbkdf2_sha256$1$$KmtzjE7Y1gkaoDA3398+Z8C6WAH1qIwq4YKMLnMvlx8='],
    ['another digest', '$pbkdf2-sha512$1$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A'],
    ['plain text', PASSWORD],
    ['nothing', ''],
  ])('opens with nothing if it is none: %s', async (_kind, hash) => {
    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(false)
  })
})
