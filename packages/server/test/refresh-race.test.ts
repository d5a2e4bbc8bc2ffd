import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../src/listen.js'
import { createServer } from '../src/server.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { newEmail, PASSWORD, type SessionBody, serverOptions } from './server-fixture.js'
import { age } from './session-fixture.js'

/** Two servers on one PostgreSQL; an embedded database belongs to one. */
const SERVERS = { PostgreSQL: 2, PGlite: 1 } as Record<string, number>

describe.each(DATABASES)('parallel refreshes over HTTP on %s', (name, open) => {
  let opened: TestDatabase
  let listenings: Listening[]
  beforeAll(async () => {
    opened = await open()
    listenings = []
    for (let index = 0; index < (SERVERS[name] ?? 1); index += 1) {
      const server = await createServer(serverOptions(opened.database))
      listenings.push(await listen(server, { port: 0, host: '127.0.0.1' }))
    }
  })
  afterAll(async () => {
    for (const listening of listenings ?? []) await listening.close()
    await opened?.close()
  })

  const post = (path: string, body: object, turn = 0) =>
    fetch(`http://127.0.0.1:${listenings[turn % listenings.length]?.port}/api/auth${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const signUp = async () =>
    (await (await post('/signup', { email: newEmail(), password: PASSWORD })).json()) as SessionBody
  const onlySession = async () => {
    const [row] = await opened.database.query<{ id: string; gen: number; revoked_at: unknown }>({
      text: 'select id, gen, revoked_at from countersign_sessions order by created_at desc limit 1',
    })
    if (!row) throw new Error('there is no session')
    return row
  }

  it('give one successor to thirty-two, by one rotation', async () => {
    const { refreshToken } = await signUp()
    const { id } = await onlySession()
    await age(opened.database, id, 3600)

    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, turn) => post('/refresh', { refreshToken }, turn)),
    )

    expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(200))
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as SessionBody[]
    const successors = new Set(bodies.map((body) => body.refreshToken))
    expect(successors.size).toBe(1)
    expect(successors).not.toContain(refreshToken)
    expect(new Set(bodies.map(({ accessToken }) => accessToken)).size).toBe(32)
    expect(await onlySession()).toMatchObject({ id, gen: 2, revoked_at: null })
    const [next = ''] = successors
    expect((await post('/refresh', { refreshToken: next })).status).toBe(200)
  })
})
