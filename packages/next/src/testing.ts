/**
 * For tests of an application: which of its routes the matcher in `proxy.ts` leaves out.
 * @module
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unstable_doesMiddlewareMatch } from 'next/experimental/testing/server.js'

type Matching = Parameters<typeof unstable_doesMiddlewareMatch>[0]

export interface MissedRoutesOptions {
  /** The export `config` of `proxy.ts`. */
  readonly config: Matching['config']
  /** The folder `app`. */
  readonly appDirectory: string
  /** Where `basePath`, `i18n` or `trailingSlash` are set. */
  readonly nextConfig?: Matching['nextConfig']
}

/** A page or a route handler, as its folders are called: `/tasks/[id]`. */
const ROUTE_FILE = /^(page|route)\.(tsx|ts|jsx|js|mdx|md)$/

/**
 * Pages and route handlers that the proxy does not see, as `/tasks/[id]`, sorted. There a token that
 * has run out is not renewed, and the visitor seems to be signed out.
 *
 * @example
 * expect(routesMissedByProxy({ config, appDirectory: 'app' })).toEqual([])
 */
export function routesMissedByProxy(options: MissedRoutesOptions): readonly string[] {
  const { config, appDirectory, nextConfig } = options
  const basePath = nextConfig?.basePath ?? ''
  const isSeen = (path: string) =>
    unstable_doesMiddlewareMatch({
      config,
      url: basePath + path,
      ...(nextConfig ? { nextConfig } : {}),
    })
  return routesOf(appDirectory, [])
    .filter((segments) => !examplesOf(segments).every(isSeen))
    .map((segments) => `/${segments.join('/')}`)
    .toSorted()
}

/** The segments of every route below a folder. */
function routesOf(folder: string, segments: readonly string[]): readonly (readonly string[])[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return ROUTE_FILE.test(entry.name) ? [segments] : []
    // Private folders hold no routes; parallel and intercepting ones show routes of elsewhere.
    if (/^(_|@|\(\.)/.test(entry.name)) return []
    const isGroup = entry.name.startsWith('(')
    return routesOf(
      join(folder, entry.name),
      isGroup ? segments : [...segments, decodeURIComponent(entry.name)],
    )
  })
}

/** Paths of a route: one, or two where its last part may be missing. */
function examplesOf(segments: readonly string[]): readonly string[] {
  const last = segments.at(-1) ?? ''
  const whole = `/${segments.map(exampleOf).join('/')}`
  if (!last.startsWith('[[...')) return [whole]
  return [whole, `/${segments.slice(0, -1).map(exampleOf).join('/')}`]
}

function exampleOf(segment: string): string {
  if (/^\[{1,2}\.\.\./.test(segment)) return 'any/thing'
  return segment.startsWith('[') ? 'anything' : segment
}
