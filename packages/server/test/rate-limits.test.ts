import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressGroup } from '../src/http/address-group.js'
import type { Bindings } from '../src/http/caller.js'
import { ProblemError } from '../src/http/problem-error.js'
import type { RateLimitOptions } from '../src/http/rate-limits.js'
import { createRateLimits, RATE_LIMITS } from '../src/http/rate-limits.js'
import { HashQueueFull } from '../src/identity/hash-queue.js'
import { createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import {
  callsTo,
  expectProblem,
  newEmail,
  PASSWORD,
  serverOptions,
  untilThereIsRoom,
} from './server-fixture.js'

/** What the adapter tells of a connection from an address. */
const from = (remoteAddress: string): Bindings =>
  ({ incoming: { socket: { remoteAddress } } }) as never

let opened: TestDatabase
beforeAll(async () => {
  opened = await postgres()
})
afterAll(() => opened?.close())

const wide = { loginFailuresPerAccount: 999, loginFailuresPerIp: 999, signupsPerIp: 999 }
async function limited(limits: Partial<RateLimitOptions>) {
  const server = await createServer(
    serverOptions(opened.database, { limits: { ...wide, ...limits } }),
  )
  const calls = callsTo(server)
  const post = (path: string, body: object, ip = '192.0.2.1') =>
    untilThereIsRoom(() =>
      calls.call('POST', path, {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        bindings: from(ip),
      }),
    )
  return {
    ...calls,
    login: (email: string, password: string, ip?: string) =>
      post('/login', { email, password }, ip),
    join: (ip?: string) => post('/signup', { email: newEmail(), password: PASSWORD }, ip),
  }
}

const expectLimited = async (answer: Response, atMost: number) => {
  await expectProblem(answer, 429, 'rate_limited')
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(atMost - 60)
  expect(seconds).toBeLessThanOrEqual(atMost)
}

describe('logins', () => {
  it('are refused after too many failures of one account, also with the right password', async () => {
    const server = await limited({ loginFailuresPerAccount: 2 })
    const { email } = await server.signUp()

    const failures = [
      await server.login(email, 'wrong one'),
      await server.login(email, 'wrong two'),
    ]
    const right = await server.login(email, PASSWORD, '192.0.2.77')

    for (const answer of failures) await expectProblem(answer, 401, 'invalid_credentials')
    await expectLimited(right, 900)
  })

  it('of an unknown address are limited like those of a known one', async () => {
    const server = await limited({ loginFailuresPerAccount: 1 })
    const email = newEmail()
    await expectProblem(await server.login(email, 'wrong one'), 401, 'invalid_credentials')

    await expectLimited(await server.login(email, 'wrong two'), 900)
  })

  it('count an address in any spelling as one account', async () => {
    const server = await limited({ loginFailuresPerAccount: 1 })
    const email = newEmail()
    await server.login(email, 'wrong one')

    await expectLimited(await server.login(` ${email.toUpperCase()}`, 'wrong two'), 900)
  })

  it('of a stranger through a client that states no address lock out nobody else', async () => {
    const limits = createRateLimits({ loginFailuresPerAccount: 9, loginFailuresPerIp: 1 })
    const fail = async (email: string, ip: string | undefined) => {
      const attempt = await limits.login(email, ip)
      const failure = new ProblemError('invalid_credentials')
      await attempt.judge(() => Promise.reject(failure)).catch(() => {})
    }
    for (const email of ['a@example.com', 'b@example.com']) await fail(email, undefined)
    await fail('a@example.com', '192.0.2.1')

    const attempt = await limits.login('ada@example.com', undefined)

    expect(await attempt.judge(async () => 'let in')).toBe('let in')
    await expect(limits.login('ada@example.com', '192.0.2.1')).rejects.toMatchObject({
      code: 'rate_limited',
    })
  })

  it('that guess at the same time count each', async () => {
    const server = await limited({ loginFailuresPerAccount: 3 })
    const { email } = await server.signUp()

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, guess) => server.login(email, `wrong ${guess}`)),
    )

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([401, 401, 401, 429, 429, 429, 429, 429])
  })

  it('are not counted once they succeed', async () => {
    const server = await limited({ loginFailuresPerAccount: 2, loginFailuresPerIp: 2 })
    const { email } = await server.signUp()

    const statuses: number[] = []
    for (const password of ['wrong one', PASSWORD, 'wrong two', PASSWORD, PASSWORD]) {
      statuses.push((await server.login(email, password)).status)
    }

    expect(statuses).toEqual([401, 200, 401, 429, 429])
  })

  it('are refused after too many failures from one address, whatever the account', async () => {
    const server = await limited({ loginFailuresPerIp: 2 })
    const { email } = await server.signUp()
    await server.login(newEmail(), 'wrong one')
    await server.login(newEmail(), 'wrong two')

    await expectLimited(await server.login(email, PASSWORD), 900)
    expect((await server.login(email, PASSWORD, '192.0.2.2')).status).toBe(200)
  })
})

describe('a login that nothing was decided of', () => {
  const exhausted = async (limits: ReturnType<typeof createRateLimits>) => {
    const attempt = await limits.login('ada@example.com', '192.0.2.1')
    await attempt.judge(() => Promise.reject(new HashQueueFull())).catch(() => {})
  }

  it('is not held against anybody', async () => {
    const limits = createRateLimits({ loginFailuresPerAccount: 1, loginFailuresPerIp: 1 })
    for (let turn = 0; turn < 5; turn += 1) await exhausted(limits)

    const attempt = await limits.login('ada@example.com', '192.0.2.1')

    expect(await attempt.judge(async () => 'let in')).toBe('let in')
  })

  it('does not forgive the failures before it', async () => {
    const limits = createRateLimits({ loginFailuresPerAccount: 2 })
    const fail = async () => {
      const attempt = await limits.login('ada@example.com', undefined)
      await attempt
        .judge(() => Promise.reject(new ProblemError('invalid_credentials')))
        .catch(() => {})
    }
    await fail()
    await exhausted(limits)
    await fail()

    await expect(limits.login('ada@example.com', undefined)).rejects.toMatchObject({
      code: 'rate_limited',
    })
  })
})

describe('sign-ups', () => {
  it('are limited by address, also those that are refused', async () => {
    const server = await limited({ signupsPerIp: 2 })
    const { email } = await server.signUp()
    const taken = async () =>
      server.call('POST', '/signup', {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email, password: PASSWORD }),
        bindings: from('192.0.2.1'),
      })
    await untilThereIsRoom(taken)
    await untilThereIsRoom(taken)

    await expectLimited(await server.join(), 3600)
    expect((await server.join('192.0.2.2')).status).toBe(201)
  })

  it('from one network of IPv6 count together', async () => {
    const server = await limited({ signupsPerIp: 1 })
    expect((await server.join('2001:db8:0:1::1')).status).toBe(201)

    await expectLimited(await server.join('2001:db8:0:1:ffff:ffff:ffff:ffff'), 3600)
    expect((await server.join('2001:db8:0:2::1')).status).toBe(201)
  })

  it('from an IPv4 address count together however it is written', async () => {
    const server = await limited({ signupsPerIp: 1 })
    expect((await server.join('::ffff:192.0.2.9')).status).toBe(201)

    await expectLimited(await server.join('192.0.2.9'), 3600)
  })
})

describe('refreshes', () => {
  it('are limited by session, without ending it', async () => {
    const server = await limited({ refreshesPerSession: 3 })
    const [busy, calm] = [await server.signUp(), await server.signUp()]

    const statuses: number[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      statuses.push((await server.refresh(busy.refreshToken)).status)
    }

    expect(statuses).toEqual([200, 200, 200])
    await expectLimited(await server.refresh(busy.refreshToken), 60)
    expect((await server.refresh(calm.refreshToken)).status).toBe(200)
    expect(
      (await server.get('/sessions', { Authorization: `Bearer ${busy.refreshToken}` })).status,
    ).toBe(200)
  })

  it('that are not of ours take nothing from a session', async () => {
    const server = await limited({ refreshesPerSession: 1 })
    const { refreshToken } = await server.signUp()
    const forged = `${refreshToken.slice(0, -4)}AAAA`
    await server.refresh(forged)
    await server.refresh(forged)

    expect((await server.refresh(refreshToken)).status).toBe(200)
  })
})

describe('mails', () => {
  it('are three in an hour for an address, whoever asks', async () => {
    const limits = createRateLimits()
    for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) await limits.mail('a@example.com', ip)

    await expect(limits.mail('a@example.com', '192.0.2.4')).rejects.toMatchObject({
      code: 'rate_limited',
    })
    await limits.mail('b@example.com', '192.0.2.4')
  })

  it('that a stranger asks for do not keep anybody from a new password', async () => {
    const limits = createRateLimits({ mailsPerAccount: 1 })
    await limits.mail('a@example.com', '192.0.2.1')

    await limits.resetMail('a@example.com', '192.0.2.2')

    await expect(limits.resetMail('a@example.com', '192.0.2.3')).rejects.toMatchObject({
      code: 'rate_limited',
    })
  })
})

describe('checks of somebody who is signed in', () => {
  it('are refused after too many failures, also from elsewhere', async () => {
    const limits = createRateLimits({ checkFailuresPerUser: 1 })
    const attempt = await limits.check('u1', '192.0.2.1')
    const failure = new ProblemError('invalid_credentials')
    await expect(attempt.judge(() => Promise.reject(failure))).rejects.toBe(failure)

    await expect(limits.check('u1', '192.0.2.2')).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await (await limits.check('u2', '192.0.2.2')).judge(async () => 'in')).toBe('in')
  })
})

describe('addressGroup', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1'],
    ['2001:0DB8:0000:0001::', '2001:db8:0:1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['1::', '1:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
  ])('puts %s into %s', (ip, group) => {
    expect(addressGroup(ip)).toBe(group)
  })

  it('has one group for all whose address is not known', () => {
    expect(addressGroup(undefined)).toBe('unknown')
  })
})

it('has the limits that the design names', () => {
  expect(RATE_LIMITS).toEqual({
    loginFailuresPerAccount: 5,
    loginFailuresPerIp: 20,
    signupsPerIp: 10,
    refreshesPerSession: 60,
    mailsPerAccount: 3,
    mailsPerIp: 30,
    checkFailuresPerUser: 5,
    socialStartsPerIp: 60,
  })
})
