import { describe, expect, it } from 'vitest'
import { assembleClient } from '../src/assemble-client.js'
import { createClient } from '../src/index.js'
import { pageRuntime } from '../src/runtime.js'
import { FakeBrowser, makeToken, problem, settle, tokenBody, user } from './fake-browser.js'

describe('createClient', () => {
  it('does nothing until it is used', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()

    await settle()

    expect(browser.asked).toEqual([])
    expect(client.getState()).toEqual({ status: 'loading', user: null })
  })

  it('learns from the token route who is signed in', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const seen: string[] = []

    const stop = client.subscribe(() => seen.push(client.getState().status))
    await settle()
    stop()

    expect(seen).toEqual(['signed_in'])
    expect(client.getState()).toEqual({ status: 'signed_in', user })
  })

  it('learns that nobody is, and does not ask again', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const { client } = browser.tab()

    expect(await client.getAccessToken()).toBeNull()
    expect(await client.getAccessToken()).toBeNull()

    expect(client.getState()).toEqual({ status: 'signed_out', user: null })
    expect(browser.asked).toHaveLength(1)
  })

  it('keeps the state object until something changes', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    await client.getAccessToken()
    const before = client.getState()
    let changes = 0
    client.subscribe(() => {
      changes += 1
    })

    await client.refresh()

    expect(client.getState()).toBe(before)
    expect(changes).toBe(0)
  })

  it('works where there are no channels, no locks and no window', async () => {
    const browser = new FakeBrowser()
    const client = assembleClient(
      { tokenUrl: 'https://app.test/api/auth/token' },
      { ...pageRuntime(), fetch: browser.fetch },
    )

    expect(await client.getAccessToken()).toMatch(/^header\./)
    client.close()
  })

  it.each([
    { apis: ['api.test'] },
    { apis: ['ftp://api.test'] },
    { apis: ['localhost:8000'] },
    { jitterSeconds: -1 },
    { tokenURL: '/x' },
    { fetch },
    { server: 'auth.test' },
    { server: 'https://auth.test', tokenUrl: '/x' },
  ])('refuses the options %o', (options) => {
    expect(() => createClient(options as object)).toThrow(TypeError)
  })
})

describe('getAccessToken', () => {
  it('asks once and keeps the token in memory', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()

    const tokens = await Promise.all(Array.from({ length: 10 }, () => client.getAccessToken()))

    expect(new Set(tokens).size).toBe(1)
    expect(browser.asked.map(({ body }) => body)).toEqual([{ keepCookie: true }])
  })

  it('asks for another token than the one named, once for all who name it', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()

    const others = await Promise.all(
      Array.from({ length: 5 }, () => client.getAccessToken({ not: String(first) })),
    )
    const late = await client.getAccessToken({ not: String(first) })

    expect(new Set([...others, late]).size).toBe(1)
    expect(late).not.toBe(first)
    expect(browser.asked[1]?.body.rejected).toMatch(/^token-/)
    expect(browser.asked).toHaveLength(2)
  })

  it('is not misled by a client clock that is hours off or set back', async () => {
    const browser = new FakeBrowser()
    browser.wallOffset = -50_000
    const { client } = browser.tab()
    const first = await client.getAccessToken()

    browser.seconds += 800
    browser.wallOffset = -90_000
    expect(await client.getAccessToken()).toBe(first)
    browser.seconds += 100
    expect(await client.getAccessToken()).not.toBe(first)
  })

  it('notices by the clock of the computer that it slept', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()

    browser.wallOffset += 10_000

    expect(await client.getAccessToken()).not.toBe(first)
  })

  it('counts the life of a token from the question, not from a slow answer', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    browser.answerToken = () => {
      browser.seconds += 100
      return Response.json(tokenBody())
    }
    const first = await client.getAccessToken()
    browser.seconds += 745

    expect(await client.getAccessToken()).not.toBe(first)
  })

  it('uses the token it has while it is valid and the server is not there', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()
    browser.answerToken = () => problem(503, 'service_unavailable')
    browser.seconds += 870

    expect(await client.getAccessToken()).toBe(first)
    browser.seconds += 30
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(client.getState().status).toBe('signed_in')
  })

  it.each([
    ['no answer', () => Promise.reject(new TypeError('offline'))],
    ['a 500', () => new Response('oops', { status: 500 })],
    ['a 429', () => problem(429, 'rate_limited')],
    ['a 403', () => problem(403, 'csrf_rejected')],
    ['a 401 of something else', () => problem(401, 'invalid_token')],
    ['a 200 that is no token', () => Response.json({ ok: true })],
    ['a 200 with a user and no token', () => Response.json({ user })],
    ['a page', () => new Response('<html>')],
    ['null', () => Response.json(null)],
  ])('never takes %s for a session or for its end', async (_name, answer) => {
    const browser = new FakeBrowser()
    browser.answerToken = answer
    const { client } = browser.tab()

    await expect(client.getAccessToken()).rejects.toMatchObject({ name: 'ClientError' })
    expect(client.getState().status).toBe('loading')
  })

  it.each(['session_ended', 'refresh_reused', 'refresh_invalid'])(
    'signs out after %s, once it was said twice',
    async (code) => {
      const browser = new FakeBrowser()
      const { client } = browser.tab()
      const first = await client.getAccessToken()
      browser.answerToken = () => problem(401, code, { reason: 'idle_timeout' })

      expect(await client.getAccessToken({ not: String(first) })).toBeNull()

      expect(client.getState()).toMatchObject({ status: 'signed_out', reason: 'idle_timeout' })
      expect(browser.asked.slice(1).map(({ body }) => body.keepCookie)).toEqual([true, undefined])
    },
  )

  it('takes the newer session that the second question finds', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()
    const answers = [
      problem(401, 'session_ended'),
      Response.json(tokenBody(makeToken({ sid: 'session-2', iat: 1001 }))),
    ]
    browser.answerToken = () => answers.shift() as Response

    expect(await client.getAccessToken({ not: String(first) })).not.toBeNull()
    expect(client.getState().status).toBe('signed_in')
  })
})

describe('adopt', () => {
  it('takes the answer of a sign-in without asking', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const { client } = browser.tab()
    await client.getAccessToken()
    const answer = tokenBody()

    client.adopt(answer)

    expect(client.getState().status).toBe('signed_in')
    expect(await client.getAccessToken()).toBe(answer.accessToken)
    expect(browser.asked).toHaveLength(1)
  })

  it.each([null, 'text', {}, { user }, { ...tokenBody(), accessToken: 'opaque' }])(
    'refuses %o',
    (answer) => {
      const { client } = new FakeBrowser().tab()

      expect(() => client.adopt(answer)).toThrow(
        expect.objectContaining({ code: 'service_unavailable' }),
      )
    },
  )

  it.each([
    ['that nobody is', () => problem(401, 'missing_token')],
    ['who was', () => Response.json(tokenBody(makeToken({ sid: 'session-0', iat: 5000 })))],
  ])('is not undone by an older question that is told %s', async (_name, answer) => {
    const browser = new FakeBrowser()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    browser.answerToken = async () => {
      await gate
      return answer()
    }
    const { client } = browser.tab()
    client.subscribe(() => {})
    await settle()
    const signedIn = tokenBody()

    client.adopt(signedIn)
    release()
    await settle()

    expect(await client.getAccessToken()).toBe(signedIn.accessToken)
  })
})

describe('refresh', () => {
  it('asks although it was signed out', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const { client } = browser.tab()
    await client.getAccessToken()
    browser.answerToken = () => Response.json(tokenBody())

    expect((await client.refresh()).status).toBe('signed_in')
  })
})

describe('signOut', () => {
  it('tells the server first and drops the token', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    await client.getAccessToken()

    await client.signOut()

    expect(browser.signOuts[0]?.url).toBe('https://app.test/api/auth/logout')
    expect(browser.signOuts[0]?.headers.get('x-countersign')).toBe('1')
    expect(client.getState()).toMatchObject({ status: 'signed_out', reason: 'signed_out' })
    expect(await client.getAccessToken()).toBeNull()
  })

  it('drops the token and rejects when the server cannot be told', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    await client.getAccessToken()
    browser.answerSignOut = () => Promise.reject(new TypeError('offline'))

    await expect(client.signOut()).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(client.getState().status).toBe('signed_out')
  })

  it('is not undone by an answer that was under way', async () => {
    const browser = new FakeBrowser()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const { client } = browser.tab()
    const first = await client.getAccessToken()
    browser.answerToken = async () => {
      await gate
      return Response.json(tokenBody(makeToken({ iat: 2000 })))
    }

    const asked = client.getAccessToken({ not: String(first) })
    await settle()
    await client.signOut()
    release()

    expect(await asked).toBeNull()
    expect(client.getState().status).toBe('signed_out')
  })
})
