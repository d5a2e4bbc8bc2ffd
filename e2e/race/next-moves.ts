import { createHash } from 'node:crypto'
import type { Move, Moves } from './system.js'
import { type Answer, post, type User } from './user.js'

const MAX_REDIRECTS = 5

/** Opens a page, with the redirects it leads through. */
export function visit(path: string): Move {
  return async (user) => {
    let { location } = await user.send({ url: path })
    for (let hops = 0; location && hops < MAX_REDIRECTS; hops += 1) {
      ;({ location } = await user.send({ url: location }))
    }
  }
}

/** A page whose client components ask too. */
export function visitAndAsk(path: string, ask: (user: User) => Promise<Answer>): Move {
  return async (user) => {
    await visit(path)(user)
    await ask(user)
  }
}

/** Payloads that the router fetches before anybody clicks; `pathOf` names the link. */
export function prefetchLinks(pathOf: (index: number) => string): NonNullable<Moves['prefetch']> {
  return (user, count) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const path = pathOf(index)
        const url = `${path}${path.includes('?') ? '&' : '?'}_rsc=${PREFETCH_HASH}`
        return user.send({ url, headers: PREFETCH_HEADERS })
      }),
    )
}

const PREFETCH_HEADERS = { RSC: '1', 'Next-Router-Prefetch': '1' }

/** Next 16 redirects RSC requests whose query is not this hash of their four router headers. */
const PREFETCH_HASH = createHash('sha256')
  .update('1,0,0,0')
  .digest()
  .subarray(0, 12)
  .toString('base64url')

/** Fills in the form of a server action as a browser without scripts does, and returns what sends it. */
export async function openActionForm(
  user: User,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<() => Promise<Answer>> {
  const { text } = await user.send({ url: path })
  const hidden = [...text.matchAll(/name="(\$ACTION[^"]*)"(?: value="([^"]*)")?/g)]
  if (hidden.length === 0) throw new Error(`${path} has no form with a server action`)
  const form = new FormData()
  for (const [, name = '', value = ''] of hidden) form.set(name, value)
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const encoded = new Request('http://form.invalid', { method: 'POST', body: form })
  const headers = { 'Content-Type': encoded.headers.get('content-type') ?? '' }
  const body = await encoded.text()
  return () => user.send({ url: path, method: 'POST', headers, body })
}

/** What our browser client does for an access token behind a token route. */
export function askTokenRoute(basePath = '/api/auth'): (user: User) => Promise<Answer> {
  return (user) => user.send(post(`${basePath}/token`, {}))
}

/** The same, and the response never arrives. */
export function loseTokenRoute(basePath = '/api/auth'): Move {
  return (user) => user.send(post(`${basePath}/token`, {}, true))
}
