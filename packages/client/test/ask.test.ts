import { describe, expect, it } from 'vitest'
import { FakeBrowser, problem, tokenBody } from './fake-browser.js'

describe('askForToken', () => {
  it('does not hand out a rejected token that only the server still has', async () => {
    const browser = new FakeBrowser()
    const old = tokenBody()
    const answers = [old, tokenBody()]
    browser.answerToken = () => Response.json(answers.shift())
    const { client } = browser.tab()

    const token = await client.getAccessToken({ not: old.accessToken })

    expect(token).not.toBe(old.accessToken)
    expect(browser.asked[1]?.body.rejected).toMatch(/^token-/)
  })

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
