import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Play, type Stage } from './form-stage.js'
import { FORMS } from './pages/form-page.js'

let stage: Stage
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.closePages())
afterAll(() => stage?.close())

const DEVICES = ['here', 'phone'].map((id) => ({
  id,
  current: id === 'here',
  lastSeenAt: new Date().toISOString(),
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0',
  ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
}))
const play: Play = (action) =>
  action === 'listSessions' ? { value: DEVICES } : { problem: 'service_unavailable' }

const hash = '#token=t'

/** Sends the form empty, so that its errors are there, and whatever else it can show. */
async function provoke(page: Page): Promise<void> {
  const submit = page.locator('button[type=submit]')
  if ((await submit.count()) > 0) await submit.click()
}

/** What axe holds against the page. */
function findings(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    // Colours on their way from one to another are none that anybody reads.
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    // The page around the form is the test's own.
    const rules = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } }
    const { violations } = await axe.run(document, { rules })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** How far the page reaches beyond its window. Pixels. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
}

/** How each stop of the Tab key shows itself, from the first to the last. */
async function ringsOf(page: Page): Promise<string[]> {
  const rings: string[] = []
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab')
    const ring = await page.evaluate(() => {
      const { tagName } = document.activeElement as HTMLElement
      return `${tagName} ${getComputedStyle(document.activeElement as HTMLElement).outlineStyle}`
    })
    if (!ring.startsWith('BODY')) rings.push(ring)
  }
  return rings
}

describe('every form', () => {
  it.each(FORMS)('leaves axe nothing to find, in light and in dark: %s', async (name) => {
    const { page } = await stage.open(name, play, { hash, reducedMotion: 'reduce' })
    await provoke(page)
    await page.addScriptTag({ path: axe })

    const light = await findings(page)
    await page.emulateMedia({ colorScheme: 'dark' })

    expect([...light, ...(await findings(page))]).toEqual([])
  })

  // 320 px is also what is left of 640 px at 200 %.
  it.each(FORMS)(
    'fits 320 px in both directions of writing, and shows its focus: %s',
    async (name) => {
      const viewport = { width: 320, height: 640 }
      const { page } = await stage.open(name, play, { hash, viewport })
      await provoke(page)

      expect(await overhang(page)).toBe(0)
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
      expect(await overhang(page)).toBe(0)
      const rings = await ringsOf(page)
      expect(rings.length).toBeGreaterThan(0)
      expect(rings.filter((ring) => !/^(INPUT|BUTTON|A) solid$/.test(ring))).toEqual([])
    },
  )
})

describe('a busy form', () => {
  it.each([
    ['no-preference', '0.7s'],
    ['reduce', '0.001s'],
  ] as const)('turns its spinner as the reader likes it (%s)', async (reducedMotion, duration) => {
    const { page } = await stage.open('forgot', () => new Promise(() => {}), { reducedMotion })
    await page.getByLabel('Email').fill('ada@b.test')
    await page.getByRole('button').click()

    const spinner = page.locator('.cs-spinner')
    await spinner.waitFor()

    const found = await spinner.evaluate((element) => getComputedStyle(element).animationDuration)
    expect(found).toBe(duration)
  })
})
