import { createHmac } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newVisitor, openBrowser, sealedCookie, type Visitor, visit } from './harness/browser.js'
import { fillAndSend, newPerson, type Person, signIn, signUp } from './harness/daybook.js'
import { mailTo, tokenIn } from './harness/mailbox.js'
import { countersign } from './harness/operator.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

let stack: Stack
let browser: Browser
/** Ada's two browsers, and the administrator's. */
let desk: Visitor
let phone: Visitor
let office: Visitor
let ada: Person = newPerson('Ada')
const grace = newPerson('Grace')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres' })
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  phone = await newVisitor(browser, stack.webOrigin)
  office = await newVisitor(browser, stack.webOrigin)
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('a person with an account', () => {
  it('signs up and confirms the address by the page of mails', async () => {
    const { page } = desk
    await signUp(page, ada)
    await mailTo(stack, ada, /^Confirm/)

    await page.goto(`${stack.authUrl}/dev/mail`)
    const mail = page.getByRole('article').filter({ hasText: ada.email })
    await mail.getByRole('link').first().click()

    const button = page.getByRole('button', { name: 'Confirm my address' })
    await button.waitFor()
    await expect.poll(() => page.url()).toBe(`${stack.webOrigin}/verify-email`)
    await button.click()
    await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
  })

  it('turns on two-factor sign-in, signs out, and comes back with a recovery code', async () => {
    const { page } = desk
    await page.goto('/account')
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click()
    const factor = page.getByRole('region', { name: 'Two-factor sign-in' })
    await factor.getByRole('textbox', { name: 'Password' }).fill(ada.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('img', { name: /Picture of the key/ }).waitFor()
    const key = (await page.locator('.cs-key code').textContent())?.replaceAll(' ', '') ?? ''
    await page.getByLabel('Code from your authenticator app').fill(totp(key))
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    const recoveryCode = (await page.locator('.cs-codes code').first().textContent()) ?? ''
    await page.getByLabel('I have kept these codes').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Two-factor sign-in is on.').waitFor()

    await signOut(page)
    await fillAndSend(page, ada, 'Sign in')
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
    expect(await sealedCookie(desk)).toBeUndefined()
    await page.getByLabel('Recovery code').fill(recoveryCode)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/tasks')

    await signOut(page)
    await fillAndSend(page, ada, 'Sign in')
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
    await page.getByLabel('Recovery code').fill(recoveryCode)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('This code is not right').waitFor()
    await page.getByRole('button', { name: 'Use the authenticator app instead' }).click()
    await page.getByLabel('Code from your authenticator app').fill(totp(key, 1))
    await page.waitForURL('**/tasks')

    await page.goto('/account')
    await page.getByRole('button', { name: 'Turn it off' }).click()
    await factor.getByRole('textbox', { name: 'Password' }).fill(ada.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Two-factor sign-in is off.').waitFor()
  })

  it('sees a second browser and signs it out, which says why', async () => {
    const { page } = desk
    await signIn(phone.page, ada)

    await page.goto('/account')
    await page.getByText('This device').waitFor()
    await page.getByRole('button', { name: 'Sign out Chrome on Linux' }).click()

    await page.getByRole('button', { name: 'No other devices' }).waitFor()
    await learns(phone.page, 'This device was signed out from another one.')
  })

  it('changes the password; the other browser is signed out and told why', async () => {
    const { page } = desk
    await signInFresh(phone.page, ada)
    const password = `${ada.password}-second`
    await page.goto('/account')
    await page.getByLabel('Current password', { exact: true }).fill(ada.password)
    await page.getByLabel('New password', { exact: true }).fill(password)
    await page.getByLabel('New password again', { exact: true }).fill(password)

    await page.getByRole('button', { name: 'Change password' }).click()

    await page.getByText('all other devices are signed out').waitFor()
    await learns(
      phone.page,
      'You were signed out because the password was changed on another device.',
    )
    await mailTo(stack, ada, /password was changed/)
    await page.goto('/tasks')
    await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor()
    await refuses(phone.page, ada)
    ada = { ...ada, password }
    await signInFresh(phone.page, ada)
  })

  it('forgets the password and chooses another, which signs out every browser', async () => {
    const { page } = desk
    await signOut(page)
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.waitForURL('**/forgot-password')
    await page.getByLabel('Email').fill(ada.email)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByText(`If there is an account for ${ada.email}`).waitFor()

    const token = tokenIn(await mailTo(stack, ada, /new password/))
    const link = `${stack.webOrigin}/reset-password#token=${token}`
    await page.goto(link)
    ada = { ...ada, password: `${ada.password}-third` }
    await page.getByLabel('New password', { exact: true }).fill(ada.password)
    await expect.poll(() => page.url()).toBe(`${stack.webOrigin}/reset-password`)
    await page.getByRole('button', { name: 'Save new password' }).click()
    await page.getByText('You were signed out everywhere.').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.waitForURL('**/sign-in')
    await signIn(page, ada)

    await learns(
      phone.page,
      'You were signed out because the password was changed on another device.',
    )
    await phone.page.goto(link)
    await phone.page.getByLabel('New password', { exact: true }).fill('another password')
    await phone.page.getByRole('button', { name: 'Save new password' }).click()
    await phone.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
    await phone.page.getByRole('link', { name: 'Ask for a new link' }).click()
    await phone.page.waitForURL('**/forgot-password')
  })

  it('learns nothing about addresses that are not theirs', async () => {
    const { page } = phone
    await page.getByLabel('Email').fill('nobody@example.com')

    await page.getByRole('button', { name: 'Send me a link' }).click()

    await page.getByText('If there is an account for nobody@example.com').waitFor()
  })
})

describe('an administrator', () => {
  it('is told which role the pages need, until they have it', async () => {
    const { page } = office
    await signUp(page, grace)
    await page.goto('/admin/users')
    await page.getByText('This page needs the role admin').waitFor()

    await countersign(stack, 'users', 'role', grace.email, 'admin')

    await expect
      .poll(() => opens(page, '/admin/users', 'Filter users'), { timeout: 15_000 })
      .toBe(true)
  })

  it('finds a user, with the search in the address', async () => {
    const { page } = office
    await page.getByLabel('Search').fill(ada.email)
    await page.getByLabel('Search').press('Enter')

    await page.waitForURL(/query=ada/)
    const users = page.getByRole('region', { name: 'Users' })
    await expect.poll(() => users.getByRole('listitem').count()).toBe(1)
    await page.reload()
    await users.getByRole('link', { name: ada.email }).click()
    await page.getByRole('heading', { name: ada.email }).waitFor()
  })

  it('promotes the user after a second press, and takes the role back', async () => {
    const { page } = office
    await confirm(page, 'Make admin', `Yes, make ${ada.email} admin`)
    await page.getByText(`${ada.email} is admin now.`).waitFor()
    await expect
      .poll(() => opens(desk.page, '/admin/users', 'Filter users'), { timeout: 15_000 })
      .toBe(true)

    await confirm(page, 'Make user', `Yes, make ${ada.email} user`)

    await page.getByText(`${ada.email} is user now.`).waitFor()
  })

  it('bans the user, who is signed out at once, told so, and let in again', async () => {
    const { page } = office
    await desk.page.goto('/tasks')
    await page.getByLabel('Reason').fill('Sends spam')
    await page.getByLabel('Until (optional)').fill('2099-12-31T12:00')
    await page.getByRole('button', { name: `Ban ${ada.email}` }).click()
    await page.getByText(`${ada.email} is banned and signed out.`).waitFor()
    await page.getByText(/Banned until .*2099.*Sends spam/).waitFor()

    await learns(desk.page, 'This account has been disabled.')
    await refuses(desk.page, ada, 'Signing in is locked for now')

    await confirm(page, 'Lift the ban', `Yes, let ${ada.email} in again`)
    await page.getByText(`${ada.email} can sign in again.`).waitFor()
    await signInFresh(desk.page, ada)
  })

  it('forces a new password after a second press: the old one is refused, a link leads to another', async () => {
    const { page } = office
    const charles = newPerson('Charles')
    await signUp(phone.page, charles)
    await page.goto(`/admin/users?query=${encodeURIComponent(charles.email)}`)
    await page.getByRole('link', { name: charles.email }).click()

    await confirm(page, 'Force a new password', `Yes, take the password of ${charles.email} away`)

    await page.getByText(`${charles.email} is signed out and gets a link`).waitFor()
    await page.getByText('There is none.').waitFor()
    await learns(
      phone.page,
      'You were signed out because the password was changed on another device.',
    )
    await refuses(phone.page, charles)
    const token = tokenIn(await mailTo(stack, charles, /new password/))
    const password = `${charles.password}-second`
    await phone.page.goto(`/reset-password#token=${token}`)
    await phone.page.getByLabel('New password', { exact: true }).fill(password)
    await phone.page.getByRole('button', { name: 'Save new password' }).click()
    await phone.page.getByText('You were signed out everywhere.').waitFor()
    await signInFresh(phone.page, { ...charles, password })
  })

  it('reads all of it in the audit log, filtered by the address', async () => {
    const { page } = office
    await page.goto(`/admin/audit?user=${encodeURIComponent(ada.email)}`)
    const rows = page.getByRole('table').getByRole('row')
    await rows.nth(1).waitFor()

    const log = (await rows.allTextContents()).join('\n')

    for (const event of [
      'sign_up.succeeded',
      'email.verified',
      'second_factor.activated',
      'second_factor.recovery_code_used',
      'sign_in.succeeded',
      'session.ended',
      'password.changed',
      'password.forgot',
      'password.reset',
      'user.role_changed',
      'user.banned',
      'user.unbanned',
    ]) {
      expect(log).toContain(event)
    }
    expect(log).toContain(grace.email)
    expect(log).not.toContain(ada.password)
    await page.getByLabel('Event').fill('user.banned')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/event=user\.banned/)
    await expect.poll(() => rows.count()).toBe(2)
  })

  it('met no error of a script, of hydration or of the content security policy', () => {
    const refusals = /status of (401|403|400|404)/
    for (const { complaints } of [desk, phone, office]) {
      expect(complaints.unexpected(refusals)).toEqual([])
    }
  })
})

/** At its next look, within a second or so, the browser is sent to sign in, and told why. */
async function learns(page: Page, why: string): Promise<void> {
  await expect.poll(() => pathAfterVisit(page), { timeout: 20_000, interval: 500 }).toBe('/sign-in')
  await page.getByText(why).waitFor()
}

async function pathAfterVisit(page: Page): Promise<string> {
  await visit(page, '/tasks')
  return new URL(page.url()).pathname
}

async function signInFresh(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in')
  await signIn(page, person)
}

async function refuses(
  page: Page,
  person: Person,
  sentence = 'Email or password is incorrect.',
): Promise<void> {
  await page.goto('/sign-in')
  await fillAndSend(page, person, 'Sign in')
  await page.getByText(sentence).waitFor()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
  expect(await sealedCookie(desk)).toBeUndefined()
  await page.goto('/sign-in')
}

async function opens(page: Page, path: string, label: string): Promise<boolean> {
  await page.goto(path)
  const form = page.getByRole('form', { name: label })
  return form.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  )
}

async function confirm(page: Page, label: string, question: string): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click()
  await page.getByRole('button', { name: question, exact: true }).click()
}

/** The code of an authenticator app (RFC 6238), now or so many steps of 30 s later. */
function totp(key: string, later = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...key].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
  const bytes = (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const digest = createHmac('sha1', Buffer.from(bytes)).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
