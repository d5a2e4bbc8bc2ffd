import type { Page } from 'playwright-core'
import { fetchInPage, keptByThePage, routerRequest } from './in-page.js'

const ANY_TOKEN = /csr_[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+/

/** Where a script of the pages at these paths would find a refresh or access token. */
export async function tokensInReach(
  page: Page,
  paths: readonly string[],
): Promise<readonly string[]> {
  const places: [string, string][] = []
  for (const path of paths) {
    await page.goto(path, { waitUntil: 'networkidle' })
    places.push([`the page ${path}`, await page.content()])
  }
  const payloads = await fetchInPage(page, paths.map(routerRequest))
  payloads.forEach(({ text }, index) => {
    places.push([`the payload of ${paths[index]}`, text])
  })
  const { cookie, storage, other } = await keptByThePage(page)
  places.push(['readable cookies', cookie], ['storage', storage])
  const found = places.filter(([, text]) => ANY_TOKEN.test(text)).map(([place]) => place)
  // Nothing of ours makes one, so none has to be searched.
  return other.length > 0 ? [...found, `databases or caches: ${other}`] : found
}
