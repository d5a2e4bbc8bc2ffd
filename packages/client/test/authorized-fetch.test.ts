import { describe, expect, it } from 'vitest'
import { API, FakeBrowser, makeToken, problem, tokenBody } from './fake-browser.js'

const authorization = (request: Request | undefined) => request?.headers.get('authorization')

describe('fetch', () => {
  it('has the type of globalThis.fetch and adds the token for a configured origin', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const typed: typeof globalThis.fetch = client.fetch

    await typed(`${API}/tasks`)
    await typed(new URL('/tasks', API))
    await typed(new Request(`${API}/tasks`, { headers: { 'x-own': '1' } }))

    const token = await client.getAccessToken()
    expect(browser.apiCalls.map(authorization)).toEqual(Array(3).fill(`Bearer ${token}`))
    expect(browser.apiCalls[2]?.headers.get('x-own')).toBe('1')
  })

  it.each([
    'https://evil.test/tasks',
    'https://api.test.evil.test/',
    'http://api.test/',
    'https://api.test:8443/',
  ])('sends nothing of ours to %s', async (url) => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()

    await client.fetch(url)

    expect(authorization(browser.apiCalls[0])).toBeNull()
    expect(browser.asked).toEqual([])
  })

  it('follows no redirect with a token, and shows one where asked to', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()

    await client.fetch(`${API}/tasks`)
    await client.fetch(`${API}/tasks`, { redirect: 'follow' })
    await client.fetch(`${API}/tasks`, { redirect: 'manual' })
    await client.fetch('https://other.test/', { redirect: 'follow' })

    const modes = browser.apiCalls.map(({ redirect }) => redirect)
    expect(modes).toEqual(['error', 'error', 'manual', 'follow'])
  })

  it('leaves an Authorization header alone', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()

    await client.fetch(API, { headers: { Authorization: 'Bearer own' } })

    expect(authorization(browser.apiCalls[0])).toBe('Bearer own')
    expect(browser.asked).toEqual([])
  })

  it('sends no token when signed out', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const { client } = browser.tab()

    expect((await client.fetch(API)).status).toBe(200)
    expect(authorization(browser.apiCalls[0])).toBeNull()
  })

  it('renews the token after a 401 and tries once more, with the same body', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()
    const bodies: string[] = []
    browser.answerApi = async (request) => {
      bodies.push(await request.text())
      const isOld = authorization(request) === `Bearer ${first}`
      return isOld ? problem(401, 'invalid_token') : new Response('done')
    }

    const response = await client.fetch(API, { method: 'POST', body: '{"title":"x"}' })

    expect(await response.text()).toBe('done')
    expect(bodies).toEqual(['{"title":"x"}', '{"title":"x"}'])
    expect(browser.asked[1]?.body.rejected).toBe(`token-${makeToken.count - 1}`)
  })

  it('tries only once more', async () => {
    const browser = new FakeBrowser()
    browser.answerApi = () => problem(401, 'invalid_token')
    const { client } = browser.tab()

    const response = await client.fetch(API)

    expect(response.status).toBe(401)
    expect(browser.apiCalls).toHaveLength(2)
  })

  it('renews once for parallel 401s', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const first = await client.getAccessToken()
    browser.answerApi = (request) =>
      authorization(request) === `Bearer ${first}` ? problem(401, 'x') : new Response('done')

    const responses = await Promise.all(Array.from({ length: 6 }, () => client.fetch(API)))

    expect(responses.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(browser.asked).toHaveLength(2)
  })

  it.each([
    ['the session has ended', () => problem(401, 'session_ended')],
    ['the server is not there', () => problem(503, 'service_unavailable')],
  ])('hands the 401 out when %s', async (_name, answer) => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    await client.getAccessToken()
    browser.answerApi = () => problem(401, 'invalid_token')
    browser.answerToken = answer

    expect((await client.fetch(API)).status).toBe(401)
    expect(browser.apiCalls).toHaveLength(1)
  })

  it.each([403, 500])('does not renew after a %d', async (status) => {
    const browser = new FakeBrowser()
    browser.answerApi = () => problem(status, 'other')
    const { client } = browser.tab()

    await client.fetch(API)

    expect(browser.asked).toHaveLength(1)
  })

  it('rejects when no token can be had, instead of calling without', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(503, 'service_unavailable')
    const { client } = browser.tab()

    await expect(client.fetch(API)).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(browser.apiCalls).toEqual([])
  })

  it('keeps the signal of the caller', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const stop = new AbortController()
    stop.abort()

    await client.fetch(API, { signal: stop.signal }).catch(() => {})

    expect(browser.apiCalls.every(({ signal }) => signal.aborted)).toBe(true)
    expect(tokenBody().user.id).toBe('1')
  })
})
