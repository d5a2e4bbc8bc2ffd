import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { createClient } from '../../src/index.js'
import type { InitialSession } from '../../src/react.js'
import { App } from './app.js'

const container = document.querySelector('main') as HTMLElement
const drawn: string[] = []
const client = createClient()
const page = (initialSession: InitialSession | null | undefined) => (
  <StrictMode>
    <App client={client} initialSession={initialSession} onDraw={(status) => drawn.push(status)} />
  </StrictMode>
)

// JSON knows no undefined; a page that was rendered by no server has no attribute.
const root = hydrateRoot(container, page(JSON.parse(container.dataset.session ?? '[]')[0]))

/** What a test finds in the page. */
const hooks = {
  client,
  /** Every status that was drawn, in order. */
  drawn,
  /** The page as the server would draw it now. */
  redraw: (initialSession: InitialSession | null) => root.render(page(initialSession)),
  /** Everything that React keeps, as text. */
  kept: () => {
    const seen = new Set<unknown>()
    const [key = ''] = Object.keys(container).filter((name) => name.startsWith('__reactContainer'))
    return JSON.stringify(Reflect.get(container, key), (_name, value) => {
      if (typeof value !== 'object' || value === null) return value
      if (seen.has(value) || value instanceof Node) return undefined
      seen.add(value)
      return value
    })
  },
}
export type Hooks = typeof hooks
Object.assign(window, { hooks })
