import { randomBytes } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'

/** Someone who uses the example application. */
export interface Person {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Somebody new. */
export function newPerson(name = 'Ada'): Person {
  const email = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}@example.com`
  return { name, email, password: randomBytes(12).toString('base64url') }
}

/** Creates an account through the form, up to the list of tasks. */
export async function signUp(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-up')
  await page.getByLabel('Name').fill(person.name)
  await fillAndSend(page, person, 'Create account')
  await page.waitForURL('**/tasks')
}

/** Signs in through the form of `/sign-in`, up to the list of tasks. */
export async function signIn(page: Page, person: Person): Promise<void> {
  if (!page.url().endsWith('/sign-in')) await page.goto('/sign-in')
  await fillAndSend(page, person, 'Sign in')
  await page.waitForURL('**/tasks')
}

/** Fills in a sign-in or sign-up form and sends it. */
export async function fillAndSend(
  page: Page,
  { email, password }: Pick<Person, 'email' | 'password'>,
  button: string,
): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: button, exact: true }).click()
}

/** The list of tasks, as its user handles it. Every method waits until the API has agreed. */
export function taskList(page: Page) {
  const line = (title: string): Locator =>
    page
      .getByRole('listitem')
      .filter({ has: page.getByRole('checkbox', { name: title, exact: true }) })
  const saved = (title: string) =>
    line(title).and(page.locator('[data-unsaved=false][aria-busy=false]'))
  return {
    async add(title: string) {
      await page.getByLabel('New task').fill(title)
      await page.getByLabel('New task').press('Enter')
      await saved(title).waitFor()
    },
    async tick(title: string) {
      await page.getByRole('checkbox', { name: title, exact: true }).check({ force: true })
      await saved(title).and(page.locator('[data-done=true]')).waitFor()
    },
    async rename(title: string, newTitle: string) {
      await page.getByRole('button', { name: `Rename ${title}`, exact: true }).click()
      await page.getByLabel(`New title of ${title}`).fill(newTitle)
      await page.getByLabel(`New title of ${title}`).press('Enter')
      await saved(newTitle).waitFor()
    },
    async remove(title: string) {
      await page.getByRole('button', { name: `Delete ${title}`, exact: true }).click()
      await page.getByText(`Deleted “${title}”`).waitFor()
    },
    /** Titles from top to bottom, those that are done with a tick in front. */
    async lines(): Promise<readonly string[]> {
      await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor()
      const entries = await page.locator('.ledger .entry').all()
      return Promise.all(
        entries.map(async (entry) => {
          const isDone = (await entry.getAttribute('data-done')) === 'true'
          return `${isDone ? '✓ ' : ''}${await entry.locator('.entry-title').textContent()}`
        }),
      )
    },
  }
}
