import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { bundle } from './bundle.js'
import { complaintsOf, openChromium } from './chromium.js'
import { FormPage } from './pages/form-page.js'
import type { Played } from './pages/forms.js'

/** A page that no server has; the browser takes it for a secure one. */
const ORIGIN = 'https://forms.test'
const styleFile = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const STYLES = styleFile('forms.css').replace(/@import "\.\/(.+)";/g, (_, path) => styleFile(path))
const PAGE_STYLES = `:root { color-scheme: light dark } body { margin: 0; font: 16px sans-serif }
  main { max-width: 26rem; margin: auto; padding: 1rem; background: Canvas }`

export interface Opened {
  readonly page: Page
  /** What the page's consoles held against it. */
  readonly complaints: readonly string[]
  /** The actions that the form asked for, with their values. */
  readonly asked: readonly (readonly [action: string, values: unknown])[]
}

export interface OpenOptions extends BrowserContextOptions {
  readonly plain?: boolean
  /** Behind the "#". */
  readonly hash?: string
  /** Waits with the script until this resolves. */
  readonly hydrateAfter?: Promise<void>
}

/** Answers an action; a value by default. */
export type Play = (action: string, values: unknown) => Played | Promise<Played>

/** A browser in which forms are opened, rendered as by a server. Close it at the end. */
export async function openStage() {
  const script = await bundle('forms.tsx')
  const browser: Browser = await openChromium()
  const contexts: BrowserContext[] = []
  return {
    close: () => browser.close(),
    async closePages() {
      await Promise.all(contexts.splice(0).map((context) => context.close()))
    },
    async open(name: string, play: Play, options: OpenOptions = {}): Promise<Opened> {
      const { plain = false, hash = '', hydrateAfter, ...more } = options
      const context = await browser.newContext({ baseURL: ORIGIN, ...more })
      contexts.push(context)
      const asked: [string, unknown][] = []
      const answer = (action: string, values: unknown) => {
        asked.push([action, values])
        return play(action, values)
      }
      if (more.javaScriptEnabled !== false) await context.exposeFunction('play', answer)
      await context.route(`${ORIGIN}/**`, async (route) => {
        const { pathname } = new URL(route.request().url())
        if (pathname === '/forms.js') {
          await hydrateAfter
          return route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script })
        }
        const body = html(name, plain)
        return route.fulfill({ contentType: 'text/html; charset=utf-8', body })
      })
      const complaints = complaintsOf(context)
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      await page.goto(`/${name}${hash}`, { waitUntil: hydrateAfter ? 'commit' : 'load' })
      if (!hydrateAfter) await page.waitForFunction(() => Array.isArray(window.done))
      return { page, complaints, asked }
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

function html(name: string, plain: boolean): string {
  const drawn = renderToString(createElement(FormPage, { name, plain, actions: {} as never }))
  return `<!doctype html><html lang="en"><head><title>Form</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
    <style>${STYLES}${PAGE_STYLES}</style></head>
    <body data-name="${name}" data-plain="${plain}"><main>${drawn}</main>
    <script type="module" src="/forms.js"></script></body></html>`
}
