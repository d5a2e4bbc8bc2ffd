import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breachCheck } from '../src/identity/breached-passwords.js'
import { createPasswordPolicy } from '../src/identity/password-policy.js'
import { recordedLog } from './recorded-log.js'
import { expectProblem, newEmail, startServer } from './server-fixture.js'

const EMAIL = 'grace.hopper@example.com'
const policy = createPasswordPolicy({ minLength: 8 })

describe('a new password', () => {
  it.each([
    ['too short', 'aB3$xQ!'],
    ['the commonest', '12345678'],
    ['a row of keys', 'qwertyuiop'],
    ['a common word', 'sunshine'],
    ['a common word in capitals', 'PassWord'],
    ['a common word with digits', 'football2024'],
    ['a common word between signs', '!!Welcome1!'],
    ['a common word spelt with digits', 'p@ssw0rd'],
    ['a common word spelt with digits, and more of them', 'P4ssw0rd123'],
    ['a common word twice', 'dragondragon'],
    ['the address', EMAIL],
    ['the name in the address, with digits', 'Grace.Hopper1906'],
  ])('is refused if it is %s', async (_what, password) => {
    await expect(policy.assertAcceptable(password, EMAIL)).rejects.toMatchObject({
      code: 'weak_password',
    })
  })

  it.each([
    ['a sentence of common words', 'football in the summer rain'],
    ['without digits and signs', 'xkqvbmzjwp'],
    ['without letters', '8419 3307 5526'],
    ['of other letters', 'пароль из слов'],
    ['of symbols alone', '🔑🗝️🔒🔓🧲🪜🧰🔧'],
    ['with spaces around it', '  two  spaces  '],
    ['a common word in much else', 'password of our house in 1987'],
  ])('is taken if it is %s', async (_what, password) => {
    await expect(policy.assertAcceptable(password, EMAIL)).resolves.toBeUndefined()
  })
})

describe('a service that knows breached passwords', () => {
  const BREACHED = 'a password that was stolen'
  const PADDED = 'a password that only pads'
  const hash = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
  const asked: string[] = []
  let answers: 'known' | 'error' | 'silence' = 'known'
  const service = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (answers === 'silence') return
    response.statusCode = answers === 'error' ? 503 : 200
    response.end(`${hash(BREACHED).slice(5)}:42\r\n${hash(PADDED).slice(5)}:0\r\n`)
  })
  let url = ''
  beforeAll(async () => {
    service.listen(0, '127.0.0.1')
    await once(service, 'listening')
    const address = service.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/range/`
  })
  afterAll(() => {
    service.closeAllConnections()
    service.close()
  })

  it('is told five characters of a hash, and refuses what it knows', async () => {
    answers = 'known'
    const server = await startServer({ breachedPasswordsUrl: url })
    const signUp = (password: string) => server.post('/signup', { email: newEmail(), password })
    asked.length = 0

    await expectProblem(await signUp(BREACHED), 400, 'breached_password')

    expect(asked).toEqual([`/range/${hash(BREACHED).slice(0, 5)}`])
    expect((await signUp('a password that nobody knows')).status).toBe(201)
    expect((await signUp(PADDED)).status).toBe(201)
    await server.close()
  })

  it('is not asked at sign-in, and by nobody who did not name it', async () => {
    const server = await startServer()
    const email = newEmail()
    asked.length = 0

    expect((await server.post('/signup', { email, password: BREACHED })).status).toBe(201)

    expect((await server.post('/login', { email, password: BREACHED })).status).toBe(200)
    expect(asked).toEqual([])
    await server.close()
  })

  it.each(['error', 'silence'] as const)(
    'does not decide who may sign up: with %s a password is taken, and the log says so',
    async (failure) => {
      answers = failure
      const { logger: log, entries } = recordedLog()
      const isBreached = breachCheck({ url, log, timeoutSeconds: 0.2 })

      expect(await isBreached(BREACHED)).toBe(false)

      expect(entries()).toMatchObject([{ event: 'breach_check.failed' }])
      expect(JSON.stringify(entries())).not.toContain(hash(BREACHED).slice(0, 5))
    },
  )
})
