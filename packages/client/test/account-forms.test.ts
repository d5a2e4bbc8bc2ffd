import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Play, type Stage } from './form-stage.js'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.closePages())
afterAll(() => stage?.close())

const succeed: Play = () => ({ value: {} })
const fail =
  (problem: string): Play =>
  () => ({ problem })

describe('SignUpForm', () => {
  it('shows the rules before typing and ticks those that are kept', async () => {
    const { page } = await stage.open('sign-up', succeed)
    const password = page.getByLabel('Password', { exact: true })
    const met = () => page.locator('.cs-rules li[data-met=true]').allTextContents()
    expect(await page.locator('.cs-rules li').allTextContents()).toEqual([
      'At least 8 characters',
      'Not your email address',
    ])
    expect(await met()).toEqual([])

    await page.getByLabel('Email').fill('ada@b.test')
    await password.fill('short')
    expect(await met()).toEqual(['Not your email address'])
    await password.fill('Ada@b.test')
    expect(await met()).toEqual(['At least 8 characters'])
    await password.fill('😀'.repeat(8))
    expect(await met()).toHaveLength(2)
    expect(await password.getAttribute('autocomplete')).toBe('new-password')
    expect(await password.getAttribute('passwordrules')).toBe('minlength: 8; maxlength: 256;')
    const described = (await password.getAttribute('aria-describedby')) ?? ''
    expect(described).toContain((await page.locator('.cs-rules').getAttribute('id')) ?? '-')
  })

  it.each([
    ['short', 'At least 8 characters, please.'],
    ['ada@b.test', 'Not your email address, please.'],
    ['', 'Enter your password.'],
  ])('refuses the password "%s" without asking', async (password, text) => {
    const { page, asked } = await stage.open('sign-up', succeed)
    await page.getByLabel('Email').fill('ada@b.test')
    await page.getByLabel('Password', { exact: true }).fill(password)

    await page.getByRole('button', { name: 'Create account' }).click()

    await page.getByText(text, { exact: true }).waitFor()
    expect(asked).toEqual([])
  })

  it.each([
    ['breached_password', 'Password', 'found in a data breach'],
    ['weak_password', 'Password', 'too easy to guess'],
    ['email_taken', 'Email', 'already an account'],
  ])('puts %s under the field "%s"', async (problem, label, text) => {
    const { page } = await stage.open('sign-up', fail(problem))
    await page.getByLabel('Email').fill('ada@b.test')
    const password = page.getByLabel('Password', { exact: true })
    await password.fill('correct horse')

    await page.getByRole('button', { name: 'Create account' }).click()

    await page.getByText(text).waitFor()
    const field = page.getByLabel(label, { exact: true })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await password.inputValue()).toBe('correct horse')
  })

  it('shows the same mail for addresses that are known and those that are not', async () => {
    const { page } = await stage.open('sign-up', () => ({ value: { next: 'check_mail' } }))
    await page.getByLabel('Email').fill('ada@b.test')
    await page.getByLabel('Password', { exact: true }).fill('correct horse')

    await page.getByRole('button', { name: 'Create account' }).click()

    await page.getByRole('heading', { name: 'Check your mail' }).waitFor()
    expect(await page.evaluate(() => window.done)).toEqual([])
  })
})

describe('ForgotPasswordForm', () => {
  it('says the same whatever the address is, and can send again', async () => {
    const { page, asked } = await stage.open('forgot', succeed)
    await page.getByLabel('Email').fill('nobody@b.test')

    await page.getByRole('button', { name: 'Send me a link' }).click()

    await page.getByText('If there is an account for nobody@b.test').waitFor()
    await page.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText('Sent again.').waitFor()
    expect(asked).toEqual(Array(2).fill(['forgotPassword', { email: 'nobody@b.test' }]))
  })
})

describe('ResetPasswordForm', () => {
  const hash = '#token=one-time-value'

  it('takes the value out of the address, sends it with the password, and shows the way on', async () => {
    const { page, asked } = await stage.open('reset', succeed, { hash })
    await expect.poll(() => page.url()).toBe('https://forms.test/reset')
    await page.getByText('signs you out on every device').waitFor()
    await page.getByLabel('New password', { exact: true }).fill('correct horse')

    await page.getByRole('button', { name: 'Save new password' }).click()

    await page.getByText('You were signed out everywhere').waitFor()
    await page.getByRole('link', { name: 'The way on' }).waitFor()
    const values = { token: 'one-time-value', password: 'correct horse' }
    expect(asked).toEqual([['resetPassword', values]])
  })

  it.each([
    ['used or old', hash, 'link_invalid', 'This link does not work any more'],
    ['broken', hash, 'invalid_request', 'This link does not work any more'],
    ['cut off', '', undefined, 'This link is not complete'],
  ])('has a page of its own for a link that is %s', async (_name, hash, problem, title) => {
    const { page } = await stage.open('reset', fail(problem ?? ''), { hash })
    if (problem) {
      await page.getByLabel('New password', { exact: true }).fill('correct horse')
      await page.getByRole('button', { name: 'Save new password' }).click()
    }

    await page.getByRole('heading', { name: title }).waitFor()
    await page.getByRole('link', { name: 'The way on' }).waitFor()
  })
})

describe('VerifyEmail', () => {
  it('does nothing before its button is pressed', async () => {
    const { page, asked } = await stage.open('verify', succeed, { hash: '#token=t' })
    const button = page.getByRole('button', { name: 'Confirm my address' })
    await button.waitFor()
    expect(asked).toEqual([])

    await button.click()

    await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
    expect(asked).toEqual([['verifyEmail', { token: 't' }]])
    expect(page.url()).toBe('https://forms.test/verify')
  })

  it.each([
    ['verify', fail('link_invalid'), 'This link does not work any more'],
    ['confirm', () => ({ value: { complete: false } }), 'One more link'],
    ['confirm', () => ({ value: { complete: true } }), 'Your address is confirmed'],
  ] as const)('leads from "%s" to what comes next', async (name, play, title) => {
    const { page } = await stage.open(name, play, { hash: '#token=t' })

    await page.getByRole('button', { name: 'Confirm my address' }).click()

    await page.getByRole('heading', { name: title }).waitFor()
  })

  it('stays and says so when the server cannot be reached', async () => {
    const { page } = await stage.open('verify', fail('network'), { hash: '#token=t' })

    await page.getByRole('button', { name: 'Confirm my address' }).click()

    await page.getByRole('alert').getByText('No connection').waitFor()
    await page.getByRole('button', { name: 'Confirm my address' }).waitFor()
  })
})

describe('SecondFactorForm', () => {
  const label = 'Code from your authenticator app'

  it('is sent as soon as six digits are there, pasted with a blank or typed', async () => {
    const { page, asked } = await stage.open('second-factor', fail('invalid_code'))
    const code = page.getByLabel(label)
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'code')
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code')
    expect(await code.getAttribute('inputmode')).toBe('numeric')

    await page.keyboard.insertText('123 456')

    await page.getByText('This code is not right').waitFor()
    await expect.poll(() => code.inputValue()).toBe('')
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'code')
    await page.keyboard.type('65432')
    expect(asked).toHaveLength(1)
    await page.keyboard.type('1')
    await expect.poll(() => asked.length).toBe(2)
    expect(asked[1]?.[1]).toEqual({ challenge: 'challenge', code: '654321' })
  })

  it('takes a recovery code instead', async () => {
    const { page, asked } = await stage.open('second-factor', succeed)
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
    await page.getByLabel('Recovery code').fill(' abcd-efgh ')

    await page.getByRole('button', { name: 'Continue' }).click()

    await page.waitForFunction(() => window.done.includes('done'))
    expect(asked).toEqual([['secondFactor', { challenge: 'challenge', code: 'abcd-efgh' }]])
  })
})

describe('ChangePasswordForm', () => {
  const fill = async (page: Awaited<ReturnType<Stage['open']>>['page'], repeat: string) => {
    await page.getByLabel('Current password', { exact: true }).fill('old password')
    await page.getByLabel('New password', { exact: true }).fill('correct horse')
    await page.getByLabel('New password again', { exact: true }).fill(repeat)
    await page.getByRole('button', { name: 'Change password' }).click()
  }

  it('ends the other sessions unless told not to, says so and keeps no password', async () => {
    const { page, asked } = await stage.open('change-password', succeed)
    await fill(page, 'correct horse')

    await page.getByText('all other devices are signed out').waitFor()
    const values = { currentPassword: 'old password', newPassword: 'correct horse' }
    expect(asked).toEqual([['changePassword', { ...values, keepOtherSessions: false }]])
    const current = page.getByLabel('Current password', { exact: true })
    await expect.poll(() => current.inputValue()).toBe('')
    expect(await page.locator('[autocomplete=username]').inputValue()).toBe('ada@b.test')

    await page.getByLabel('Sign out all other devices').uncheck()
    await fill(page, 'correct horse')
    await expect.poll(() => asked[1]?.[1]).toMatchObject({ keepOtherSessions: true })
  })

  it('refuses two different new passwords without asking', async () => {
    const { page, asked } = await stage.open('change-password', succeed)

    await fill(page, 'correct house')

    await page.getByText('This is not the same password.').waitFor()
    expect(asked).toEqual([])
  })

  it('asks for the current password anew when it was wrong', async () => {
    const { page } = await stage.open('change-password', fail('invalid_credentials'))

    await fill(page, 'correct horse')

    await page.getByText('This is not your password.').waitFor()
    const current = page.getByLabel('Current password', { exact: true })
    expect(await current.inputValue()).toBe('')
    expect(await current.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel('New password again', { exact: true }).inputValue()).not.toBe('')
  })
})
