import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Play, type Stage } from './form-stage.js'
import type { Played } from './pages/forms.js'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.closePages())
afterAll(() => stage?.close())

const done: Play = () => ({ value: { next: 'done' } })
const wrong: Play = () => ({ problem: 'invalid_credentials' })

/** An answer that a test gives later. */
function heldBack() {
  let release = (_played: Played) => {}
  const answer = new Promise<Played>((resolve) => {
    release = resolve
  })
  return { play: () => answer, release }
}

async function openSignIn(play: Play, options = {}) {
  const opened = await stage.open('sign-in', play, options)
  const { page } = opened
  const email = page.getByLabel('Email')
  const password = page.getByLabel('Password', { exact: true })
  const button = page.getByRole('button', { name: 'Sign in' })
  const fill = async () => {
    await email.fill('ada@b.test')
    await password.fill(' pass wörd ')
  }
  return { ...opened, email, password, button, fill, alert: page.getByRole('alert') }
}

const focused = (name: string) => `document.activeElement?.name === '${name}'`

describe('SignInForm', () => {
  it('sends what was typed by Enter, the password untouched, and is done', async () => {
    const { page, fill, password, asked, complaints } = await openSignIn(done)
    await fill()

    await password.press('Enter')

    await page.waitForFunction(() => window.done.includes('done'))
    const values = { email: 'ada@b.test', password: ' pass wörd ', remember: true }
    expect(asked).toEqual([['signIn', values]])
    expect(complaints).toEqual([])
  })

  it('has the attributes that password managers and phones go by', async () => {
    const { email, password } = await openSignIn(done)

    const of = async (field: typeof email, names: readonly string[]) =>
      Promise.all(names.map((name) => field.getAttribute(name)))

    expect(
      await of(email, ['type', 'inputmode', 'autocomplete', 'autocapitalize', 'spellcheck']),
    ).toEqual(['email', 'email', 'username', 'none', 'false'])
    expect(await of(password, ['type', 'autocomplete', 'maxlength'])).toEqual([
      'password',
      'current-password',
      null,
    ])
  })

  it('keeps what was typed before the page woke up', async () => {
    let wake = () => {}
    const hydrateAfter = new Promise<void>((resolve) => {
      wake = resolve
    })
    const { page, email, complaints } = await openSignIn(done, { hydrateAfter })
    await email.fill('ada@b')
    wake()
    await page.waitForFunction(() => Array.isArray(window.done))

    await email.press('End')
    await email.pressSequentially('.test')

    expect(await email.inputValue()).toBe('ada@b.test')
    expect(complaints).toEqual([])
  })

  it('cannot be sent before the page woke up, unless there is a way without scripts', async () => {
    const never = new Promise<void>(() => {})
    const waiting = await openSignIn(done, { hydrateAfter: never })
    expect(await waiting.button.isDisabled()).toBe(true)

    const plain = await openSignIn(done, { hydrateAfter: never, plain: true })
    await plain.fill()
    const [request] = await Promise.all([
      plain.page.waitForRequest('**/plain'),
      plain.button.click(),
    ])
    expect(request.method()).toBe('POST')
    expect(request.postData()).toMatch(/^returnTo=%2Ftasks&email=ada%40b.test&password=/)
  })

  it('says without scripts that it needs them, unless there is a way', async () => {
    const without = await openSignIn(done, {
      javaScriptEnabled: false,
      hydrateAfter: Promise.resolve(),
    })
    await without.page.locator('noscript p').waitFor()

    const options = { javaScriptEnabled: false, plain: true, hydrateAfter: Promise.resolve() }
    const plain = await openSignIn(done, options)
    await plain.button.waitFor()
    expect(await plain.page.locator('noscript p').count()).toBe(0)
  })

  it('leads to the first field that is wrong, and describes it', async () => {
    const { page, email, password, button, asked } = await openSignIn(done)
    await email.fill('ada')

    await button.click()

    await page.waitForFunction(focused('email'))
    expect(await email.getAttribute('aria-invalid')).toBe('true')
    const [errorId = ''] = (await email.getAttribute('aria-describedby'))?.split(' ') ?? []
    const error = page.locator(`[id="${errorId}"]`)
    expect(await error.textContent()).toContain('name@example.com')
    const below = (await error.boundingBox())?.y ?? 0
    expect(below).toBeGreaterThan((await email.boundingBox())?.y ?? 0)
    expect(await password.getAttribute('aria-invalid')).toBe('true')
    await email.fill('ada@b.test')
    expect(await email.getAttribute('aria-invalid')).toBeNull()
    expect(await password.getAttribute('aria-invalid')).toBe('true')
    expect(asked).toEqual([])
  })

  it('says one thing for every wrong pair, keeps the email and asks for the password anew', async () => {
    const { page, email, password, button, fill, alert } = await openSignIn(wrong)
    await fill()
    const before = await button.boundingBox()

    await button.click()

    await expect.poll(() => alert.textContent()).toBe('Email or password is incorrect.')
    await page.waitForFunction(focused('password'))
    expect([await email.inputValue(), await password.inputValue()]).toEqual(['ada@b.test', ''])
    expect(await button.boundingBox()).toEqual(before)
    const above = (await alert.boundingBox())?.y ?? 0
    expect(above).toBeLessThan((await button.boundingBox())?.y ?? 0)
  })

  it('is sent once at a time, by a button that keeps its size and its focus', async () => {
    const { play, release } = heldBack()
    const { page, button, password, fill, asked } = await openSignIn(play)
    await fill()
    const before = await button.boundingBox()

    await button.focus()
    await button.press('Enter')
    await expect.poll(() => button.getAttribute('aria-busy')).toBe('true')
    await button.press('Enter')
    await password.press('Enter')

    expect(asked).toHaveLength(1)
    expect(await button.boundingBox()).toEqual(before)
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    release({ problem: 'service_unavailable' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'alert')
    expect(await button.getAttribute('aria-busy')).toBe('false')
  })

  it('tells a dead network from a wrong password, also when nothing ever answers', async () => {
    const { page, button, fill, alert } = await openSignIn(() => new Promise(() => {}))
    await page.clock.install()
    await fill()

    await button.click()
    await expect.poll(() => button.getAttribute('aria-busy')).toBe('true')
    await page.clock.fastForward(11_000)

    await expect.poll(() => alert.textContent()).toContain('No connection to the server')
    expect(await button.getAttribute('aria-busy')).toBe('false')
  })

  it('counts down after too many attempts, and says so at start and end only', async () => {
    const { page, button, fill, alert, asked } = await openSignIn(() => ({
      problem: 'rate_limited',
      retryAfterSeconds: 42,
    }))
    await page.clock.install()
    await fill()
    await button.click()
    await expect.poll(() => alert.textContent()).toContain('Try again in 42 s.')

    await page.clock.runFor(10_000)
    const live = alert.locator('[aria-hidden]')
    await expect.poll(() => live.textContent()).toContain('Try again in 32 s.')
    expect(await alert.locator('.cs-hidden').textContent()).toContain('Try again in 42 s.')
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await button.focus()
    await button.press('Enter')
    expect(asked).toHaveLength(1)

    await page.clock.runFor(33_000)
    await expect.poll(() => alert.textContent()).toBe('You can try again now.')
    expect(await button.getAttribute('aria-disabled')).toBeNull()
  })

  it('shows the password on demand, with its caret, and hides it when it is sent', async () => {
    const { page, password, fill, button } = await openSignIn(wrong)
    await fill()
    await password.evaluate((field: HTMLInputElement) => field.setSelectionRange(2, 5))

    await page.getByRole('button', { name: 'Show password' }).click()
    await page.waitForFunction(focused('password'))
    const caret = await password.evaluate((field: HTMLInputElement) => [
      field.type,
      field.value,
      field.selectionStart,
      field.selectionEnd,
    ])
    expect(caret).toEqual(['text', ' pass wörd ', 2, 5])
    await page.getByRole('button', { name: 'Hide password' }).waitFor()

    await button.click()
    await expect.poll(() => password.getAttribute('type')).toBe('password')
  })

  it('says that Caps Lock is on, until the field is left', async () => {
    const { page, password, email } = await openSignIn(done)
    const press = (modifierCapsLock: boolean) =>
      password.evaluate((field, on) => {
        const init = { key: 'a', bubbles: true, modifierCapsLock: on }
        field.dispatchEvent(new KeyboardEvent('keydown', init))
      }, modifierCapsLock)
    await password.focus()
    await press(true)
    const hint = page.getByText('Caps Lock is on.')
    await hint.waitFor()
    await press(false)
    await hint.waitFor({ state: 'detached' })
    await press(true)
    await hint.waitFor()

    await email.focus()

    await hint.waitFor({ state: 'detached' })
  })

  it('takes a pasted password as it is, however long', async () => {
    const { page, password, button, email, asked } = await openSignIn(done)
    const long = ` ${'ä€😀'.repeat(60)} `
    await email.fill('ada@b.test')
    await password.focus()

    await page.keyboard.insertText(long)
    await button.click()

    await expect.poll(() => asked[0]?.[1]).toMatchObject({ password: long })
  })

  it.each(['email_not_verified', undefined])(
    'leads to the mail for an address that is to be confirmed (%s)',
    async (problem) => {
      const play: Play = (action) =>
        action === 'signIn' && problem ? { problem } : { value: { next: 'check_mail' } }
      const { page, button, fill, asked } = await openSignIn(play)
      await page.clock.install()
      await fill()
      await button.click()

      await page.getByText('ada@b.test').waitFor()
      await page.waitForFunction(() => document.activeElement?.tagName === 'H2')
      const resend = page.getByRole('button', { name: /^Send it again/ })
      await resend.click()
      await page.getByText('Sent again.').waitFor()
      await resend.click({ force: true })
      expect(asked.map(([action]) => action)).toEqual(['signIn', 'resendVerification'])
      await page.clock.runFor(31_000)
      await expect.poll(() => resend.getAttribute('aria-disabled')).toBeNull()
    },
  )

  it('speaks of a lock without speaking of the account, beside the way to a new password', async () => {
    const { page, fill, button, alert } = await openSignIn(() => ({ problem: 'account_locked' }))
    await fill()
    await button.click()

    await expect.poll(() => alert.textContent()).toMatch(/^Signing in is locked for now/)
    expect(await alert.textContent()).not.toMatch(/account/i)
    expect(await page.getByRole('link').getAttribute('href')).toBe('/forgot')
  })

  it('goes on to the second factor, and back if that took too long', async () => {
    const step = { next: 'second_factor', challenge: 'c1', methods: ['totp'] }
    const play: Play = (action) =>
      action === 'signIn' ? { value: step } : { problem: 'link_invalid' }
    const { page, button, fill, asked, password } = await openSignIn(play)
    await fill()
    await button.click()

    const code = page.getByLabel('Code from your authenticator app')
    await code.fill('123 456')
    await page.getByRole('button', { name: 'Start again' }).click()

    await password.waitFor()
    expect(asked.at(-1)).toEqual(['secondFactor', { challenge: 'c1', code: '123456' }])
  })
})
