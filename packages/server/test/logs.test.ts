import { expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { createServer } from '../src/server.js'
import { postgres } from './databases.js'
import { recordedLog } from './recorded-log.js'
import {
  AS_CLIENT,
  bearer,
  CLIENT,
  callsTo,
  newEmail,
  PASSWORD,
  SECRET,
  type SessionBody,
  serverOptions,
} from './server-fixture.js'

const SESSION_ERROR = 'a message with values'

it('has nothing secret in any line of any flow', async () => {
  const { database, close } = await postgres()
  try {
    const { logger: log, lines } = recordedLog()
    const options = serverOptions(database, { log })
    const server = callsTo(await createServer(options))
    const email = newEmail()
    const wrong = 'a wrong password that was typed'
    const body = { email, password: PASSWORD, name: 'Ada Lovelace' }

    const first = (await (await server.post('/signup', body, AS_CLIENT)).json()) as SessionBody
    await server.post('/signup', body)
    await server.post('/login', { email, password: wrong })
    await server.post('/login', { email: newEmail(), password: wrong })
    const second = (await (
      await server.post('/login', { email, password: PASSWORD })
    ).json()) as SessionBody
    const browser = await server.signUpInBrowser({ 'User-Agent': 'a browser of somebody' })
    await server.fromBrowser('POST', '/refresh', browser.cookie)
    await server.refresh(first.refreshToken, AS_CLIENT)
    await server.refresh(first.refreshToken)
    await server.refresh(`${second.refreshToken.slice(0, -4)}AAAA`)
    await server.get('/me', bearer(second.accessToken))
    await server.get('/me?access_token=in-a-query', bearer('in-a-header'))
    await server.get('/sessions', bearer(second.refreshToken))
    await server.post('/signup', { ...body, password: PASSWORD, unknownMember: 1 })
    await server.post('/logout', { refreshToken: second.refreshToken })
    await server.fromBrowser('POST', '/logout', browser.cookie)

    const hashes = await database.query<{ password: string }>({
      text: 'select password from account',
    })
    const tokens = await database.query<{ token: string }>({ text: 'select token from session' })
    const text = lines.join('')
    expect(lines.length).toBeGreaterThan(15)
    const secrets = [
      PASSWORD,
      wrong,
      SECRET,
      CLIENT.secret,
      email,
      'Lovelace',
      '@example.com',
      'a browser of somebody',
      'in-a-query',
      'in-a-header',
      'csr_',
      '__Host-',
      'eyJ',
      'argon2',
      AS_CLIENT.Authorization?.slice(6) ?? '',
      ...[first, second].flatMap((session) => [session.accessToken, session.refreshToken]),
      ...hashes.map(({ password }) => password),
      ...tokens.map(({ token }) => token),
    ]
    for (const secret of secrets) {
      expect(secret).not.toBe('')
      expect(text).not.toContain(secret)
    }
  } finally {
    await close()
  }
})

it('ties an answer to its lines by a number', async () => {
  const { database, close } = await postgres()
  try {
    const { logger: log, entries } = recordedLog()
    const server = callsTo(await createServer(serverOptions(database, { log })))

    const answer = await server.get('/health/live?query=1')

    expect(entries().at(-1)).toMatchObject({
      msg: 'request',
      request: answer.headers.get('x-request-id'),
      method: 'GET',
      path: '/api/auth/health/live',
      status: 200,
      ms: expect.any(Number),
    })
  } finally {
    await close()
  }
})

it('tells of a fault what is needed to find it, without the values that a database quotes', async () => {
  const { database, close } = await postgres()
  try {
    const { logger: log, entries, lines } = recordedLog()
    let broken = false
    const failing: Database = {
      ...database,
      query: (statement) =>
        broken
          ? Promise.reject(
              Object.assign(new Error(SESSION_ERROR), { severity: 'ERROR', code: '22P02' }),
            )
          : database.query(statement),
    }
    const server = callsTo(await createServer(serverOptions(failing, { log })))
    const { refreshToken } = await server.signUp()
    broken = true

    const answer = await server.refresh(refreshToken)

    expect(answer.status).toBe(500)
    expect(await answer.json()).toEqual({
      type: 'urn:countersign:error:internal_error',
      title: 'Something went wrong',
      status: 500,
      code: 'internal_error',
    })
    const failure = entries().find(({ msg }) => msg === 'request failed')
    expect(failure).toMatchObject({
      level: 50,
      request: answer.headers.get('x-request-id'),
      error: { type: 'Error', code: '22P02' },
    })
    expect(lines.join('')).not.toContain(SESSION_ERROR)
  } finally {
    await close()
  }
})
