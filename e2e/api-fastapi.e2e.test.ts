import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { newPerson, signUp, taskList } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

let stack: Stack
let browser: Browser
let visitor: Visitor

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'embedded', api: 'fastapi' })
  browser = await openBrowser()
  visitor = await newVisitor(browser, stack.webOrigin)
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

it('serves the same web application from the API in Python', async () => {
  const { page } = visitor
  await signUp(page, newPerson('Grace'))
  const tasks = taskList(page)

  await tasks.add('Find the moth')
  await tasks.add('Tape it into the book')
  await tasks.add('Go home')
  await tasks.tick('Find the moth')
  await tasks.rename('Go home', 'Go home early')
  await tasks.remove('Tape it into the book')
  await page.reload()

  expect(await tasks.lines()).toEqual(['Go home early', '✓ Find the moth'])
})

it('still has every task after kill -9 of every process', async () => {
  await stack.killAll()
  await stack.startAll()

  await visitor.page.goto('/tasks')

  expect(await taskList(visitor.page).lines()).toEqual(['Go home early', '✓ Find the moth'])
  expect(visitor.complaints.unexpected(/net::ERR_|status of 50[0-9]/, /status of 401/)).toEqual([])
})
