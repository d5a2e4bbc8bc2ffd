import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { requireChromium } from '../../../scripts/lib/chromium.mjs'

/** The installed Chromium, with the back/forward cache that people have. */
export function openChromium(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath: requireChromium(),
    args: isRoot ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
}

/** What the consoles of a browser profile held against its pages: errors and warnings. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  return complaints
}
