import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Play, type Stage } from './form-stage.js'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.closePages())
afterAll(() => stage?.close())

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Mobile/15E148 Safari/604.1'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const device = (id: string, more: object = {}) => ({
  id,
  current: false,
  lastSeenAt: ago(10),
  userAgent: IPHONE,
  ip: '203.0.113.9',
  ...more,
})
const DEVICES = [
  device('phone'),
  device('tablet', { lastSeenAt: ago(2) }),
  device('here', { current: true, userAgent: CHROME }),
]

describe('SessionsList', () => {
  const list: Play = (action) => (action === 'listSessions' ? { value: DEVICES } : { value: {} })

  it('shows this device first, then the one that was active last, in words', async () => {
    const { page } = await stage.open('sessions', list)
    const rows = page.getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(3)

    const texts = await rows.allTextContents()

    expect(texts[0]).toMatch(/Chrome on Linux This device.*Active now/)
    expect(texts[1]).toMatch(/Safari on iPhone.*2 minutes ago.*203\.0\.113\.9/)
    expect(texts[2]).toContain('10 minutes ago')
    const exact = await page.locator('time').nth(1).getAttribute('title')
    expect(exact).toMatch(/\d\d:\d\d/)
  })

  it('signs one out, then all others, and has none left', async () => {
    const { page, asked } = await stage.open('sessions', list)
    const buttons = page.getByRole('button', { name: 'Sign out Safari on iPhone' })
    await buttons.first().click()
    await expect.poll(() => buttons.count()).toBe(1)
    expect(asked.at(-1)).toEqual(['revokeSession', 'tablet'])

    await page.getByRole('button', { name: 'Sign out 1 other' }).click()

    const none = page.getByRole('button', { name: 'No other devices' })
    await none.waitFor()
    expect(await none.isDisabled()).toBe(true)
    expect(await page.getByRole('listitem').count()).toBe(1)
  })

  it('keeps a device that could not be signed out, and shows which one is being', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const play: Play = async (action) => {
      if (action === 'listSessions') return { value: DEVICES }
      await held
      return { problem: 'network' }
    }
    const { page } = await stage.open('sessions', play)
    const buttons = page.getByRole('button', { name: 'Sign out Safari on iPhone' })
    await buttons.first().click()
    await expect.poll(() => buttons.first().getAttribute('aria-busy')).toBe('true')
    expect(await buttons.last().getAttribute('aria-busy')).toBe('false')

    release()

    await page.getByRole('alert').getByText('That did not work').waitFor()
    expect(await page.getByRole('listitem').count()).toBe(3)
  })

  it('offers to try again when nothing could be loaded', async () => {
    let isDown = true
    const play: Play = () => (isDown ? { problem: 'network' } : { value: DEVICES })
    const { page } = await stage.open('sessions', play)
    await page.getByText('Your devices could not be loaded.').waitFor()
    isDown = false

    await page.getByRole('button', { name: 'Try again' }).click()

    await expect.poll(() => page.getByRole('listitem').count()).toBe(3)
  })
})

describe('TwoFactorSettings', () => {
  const CODES = ['aaaa-1111', 'bbbb-2222']
  const answers: Record<string, unknown> = {
    enrollSecondFactor: { uri: 'otpauth://totp/Daybook:ada?secret=JBSWY3DP', secret: 'JBSWY3DP' },
    activateSecondFactor: { recoveryCodes: CODES },
    newRecoveryCodes: { recoveryCodes: CODES },
    disableSecondFactor: {},
  }
  const play: Play = (action) => ({ value: answers[action] })

  async function turnOn() {
    const opened = await stage.open('two-factor', play)
    const { page } = opened
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click()
    await page.getByLabel('Password', { exact: true }).fill('old password')
    await page.getByRole('button', { name: 'Continue' }).click()
    return opened
  }

  it('asks for the password, shows picture and key, and is on after the first code', async () => {
    const { page, asked, complaints } = await turnOn()
    await page.getByRole('img', { name: /Picture of the key/ }).waitFor()
    expect(await page.locator('.cs-key').textContent()).toContain('JBSW Y3DP')
    await page.getByLabel('Code from your authenticator app').fill('123456')

    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    const finish = page.getByRole('button', { name: 'Done' })
    expect(await finish.isDisabled()).toBe(true)
    const copied = await page.evaluateHandle(() => {
      const texts: string[] = []
      navigator.clipboard.writeText = async (text) => void texts.push(text)
      return texts
    })
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied').waitFor()
    expect(await copied.jsonValue()).toEqual([CODES.join('\n')])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('recovery-codes.txt')
    await page.getByLabel('I have kept these codes').check()
    await finish.click()

    await page.getByText('Two-factor sign-in is on.').waitFor()
    expect(await page.getByText(String(CODES[0])).count()).toBe(0)
    expect(asked.map(([action]) => action)).toEqual(['enrollSecondFactor', 'activateSecondFactor'])
    expect(complaints).toEqual([])
  })

  it('makes new recovery codes and turns off, each after the password', async () => {
    const { page, asked } = await turnOn()
    await page.getByLabel('Code from your authenticator app').fill('123456')
    await page.getByLabel('I have kept these codes').check()
    await page.getByRole('button', { name: 'Done' }).click()

    await page.getByRole('button', { name: 'New recovery codes' }).click()
    await page.getByText('will stop working').waitFor()
    await page.getByLabel('Password', { exact: true }).fill('old password')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('I have kept these codes').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Turn it off' }).click()
    await page.getByLabel('Password', { exact: true }).fill('old password')
    await page.getByRole('button', { name: 'Continue' }).click()

    await page.getByText('Two-factor sign-in is off.').waitFor()
    expect(asked.slice(2)).toEqual([
      ['newRecoveryCodes', { password: 'old password' }],
      ['disableSecondFactor', { password: 'old password' }],
    ])
  })

  it('changes nothing after a wrong password, or when it is cancelled', async () => {
    const { page, asked } = await stage.open('two-factor', () => ({
      problem: 'invalid_credentials',
    }))
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click()
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('This is not your password.').waitFor()
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')

    await page.getByRole('button', { name: 'Cancel' }).click()

    await page.getByText('Two-factor sign-in is off.').waitFor()
    expect(asked).toHaveLength(1)
  })
})
