import { afterAll, beforeAll, expect, it } from 'vitest'
import { START_TIMEOUT_MS, startApi, type TestApi, WEB } from './api.js'

let api: TestApi
beforeAll(async () => {
  api = await startApi({ requestsPerMinute: 3 })
}, START_TIMEOUT_MS)
afterAll(() => api.close())

it('answers 429 to a user who asks too often, and goes on serving the others', async () => {
  const asked = []
  for (let n = 0; n < 4; n++) asked.push(await api.as('eager', 'GET', '/api/v1/tasks'))
  const [, , third, fourth] = asked

  expect(third?.status).toBe(200)
  expect(fourth?.status).toBe(429)
  expect(await fourth?.json()).toMatchObject({ code: 'rate_limited' })
  expect(Number(fourth?.headers.get('Retry-After'))).toBeGreaterThan(0)
  expect((await api.as('patient', 'GET', '/api/v1/tasks')).status).toBe(200)
})

it('counts no request without a good token, and tells a page of the limit', async () => {
  for (let n = 0; n < 5; n++) {
    const refused = await api.request('/api/v1/tasks', { headers: { Origin: WEB } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After')
  }
})
