import { describe, expect, it } from 'vitest'
import { FakeBrowser, problem } from './fake-browser.js'

describe('askForToken', () => {
  it('names the rejected token both times, so that it is not handed out again', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab()
    const token = (await client.getAccessToken()) ?? ''
    browser.answerToken = () => problem(401, 'session_ended', { reason: 'revoked' })

    const next = await client.getAccessToken({ not: token })

    const rejected = browser.asked.slice(1).map(({ body }) => body.rejected)
    expect(next).toBeNull()
    expect(rejected).toEqual([expect.any(String), rejected[0]])
  })
})
