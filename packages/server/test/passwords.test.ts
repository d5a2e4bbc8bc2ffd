import { hash as argon2 } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createHashQueue } from '../src/identity/hash-queue.js'
import { createPasswords } from '../src/identity/passwords.js'
import { createServer } from '../src/server.js'
import { postgres } from './databases.js'
import {
  callsTo,
  expectProblem,
  newEmail,
  PASSWORD,
  serverOptions,
  startServer,
} from './server-fixture.js'

const passwords = createPasswords(createHashQueue({ maxWaitSeconds: 30 }))
const accepts = async (stored: string, password: string) =>
  passwords.verify({ hash: await passwords.hash(stored), password })

describe('a password', () => {
  it('is kept as Argon2id with 19 MiB, two passes and one lane', async () => {
    const hash = await passwords.hash(PASSWORD)

    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.hash(PASSWORD)).not.toBe(hash)
  })

  it('opens only with itself', async () => {
    const hash = await passwords.hash(PASSWORD)

    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(true)
    for (const password of [`${PASSWORD} `, ` ${PASSWORD}`, PASSWORD.toUpperCase(), '']) {
      expect(await passwords.verify({ hash, password })).toBe(false)
    }
  })

  it.each([
    ['composed and decomposed', 'Zürich über alles', 'Zürich über alles'.normalize('NFD')],
    ['Hangul', '한국어 비밀번호', '한국어 비밀번호'.normalize('NFD')],
    ['an Ångström sign', '\u212b and more', '\u00c5 and more'],
  ])('is the same on another keyboard: %s', async (_name, stored, typed) => {
    expect(stored).not.toBe(typed)
    expect(await accepts(stored, typed)).toBe(true)
  })

  it('is another one where only compatibility makes it alike', async () => {
    expect(await accepts('ﬁsh and chips', 'fish and chips')).toBe(false)
  })

  it('counts to its last character, far beyond the 72 bytes of bcrypt', async () => {
    const long = 'x'.repeat(255)

    expect(await accepts(`${long}a`, `${long}b`)).toBe(false)
    expect(await accepts(`${long}a`, `${long}a`)).toBe(true)
  })

  it('does not end at a NUL', async () => {
    expect(await accepts('before\0after', 'before\0other')).toBe(false)
  })

  it.each([
    ['an empty one', ''],
    ['text', 'not a hash'],
    ['the password itself', PASSWORD],
    ['scrypt of Better Auth', `${'ab'.repeat(16)}:${'cd'.repeat(64)}`],
    ['half a hash', '$argon2id$v=19$m=19456,t=2,p=1$abc'],
  ])('does not open with %s as its hash', async (_name, hash) => {
    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(false)
  })

  it('opens with a hash of weaker parameters', async () => {
    const hash = await argon2(PASSWORD, { memoryCost: 1024, timeCost: 1 })

    expect(await passwords.verify({ hash, password: PASSWORD })).toBe(true)
  })
})

describe('hashing first', () => {
  it('lets the work find the hash of that password and of no other', async () => {
    const [same, again, other] = await passwords.hashFirst(PASSWORD, () =>
      Promise.all([
        passwords.hash(PASSWORD),
        passwords.hash(PASSWORD),
        passwords.hash('another password'),
      ]),
    )

    expect(same).toBe(again)
    expect(await passwords.verify({ hash: other, password: 'another password' })).toBe(true)
    expect(await passwords.hash(PASSWORD)).not.toBe(same)
  })
})

describe('over HTTP', () => {
  const codePoints = (length: number) => '🔑'.repeat(length)

  it('takes 256 code points and refuses 257, at sign-up and at login', async () => {
    const server = await startServer()
    try {
      const email = newEmail()
      const longest = await server.post('/signup', { email, password: codePoints(256) })
      const tooLong = { email: newEmail(), password: codePoints(257) }

      expect(longest.status).toBe(201)
      await expectProblem(await server.post('/signup', tooLong), 400, 'invalid_request')
      await expectProblem(await server.post('/login', tooLong), 400, 'invalid_request')
      const shorter = await server.post('/login', { email, password: codePoints(255) })
      await expectProblem(shorter, 401, 'invalid_credentials')
      expect((await server.post('/login', { email, password: codePoints(256) })).status).toBe(200)
    } finally {
      await server.close()
    }
  })

  it('answers 503 with Retry-After to a crowd, and goes on with those it took', async () => {
    const { database, close } = await postgres()
    try {
      const server = callsTo(await createServer(serverOptions(database)))
      const { email } = await server.signUp()

      const answers = await Promise.all(
        Array.from({ length: 150 }, () =>
          server.post('/login', { email, password: 'another password' }),
        ),
      )

      const full = answers.filter(({ status }) => status === 503)
      expect(full.length).toBeGreaterThan(0)
      for (const answer of full) {
        await expectProblem(answer, 503, 'service_unavailable')
        expect(answer.headers.get('retry-after')).toBe('2')
      }
      expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThan(0)
      expect((await server.post('/login', { email, password: PASSWORD })).status).toBe(200)
    } finally {
      await close()
    }
  })
})
