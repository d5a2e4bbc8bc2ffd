import { BASE_PATH } from '@countersign/core'
import type { Environment } from '../environment.js'

/** Spellings of an issuer that are another issuer all the same: it is compared exactly. */
export function issuerSuspects(issuer: string | undefined): readonly string[] {
  if (issuer === undefined) return []
  const { origin, hostname, pathname } = new URL(issuer)
  const others = new Map([
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
  ])
  const neighbour = others.get(hostname)
  return [
    `${issuer}/`,
    origin,
    `${origin}/`,
    origin + BASE_PATH,
    origin.replace(/^http:/, 'https:') + pathname,
    origin.replace(/^https:/, 'http:') + pathname,
    ...(neighbour ? [issuer.replace(`//${hostname}`, `//${neighbour}`)] : []),
  ].filter((other) => other !== issuer)
}

/** What people write for an audience: addresses of the parts, and names of clients. */
export function audienceSuspects(
  api: string,
  env: Environment,
  known: readonly (string | undefined)[],
): readonly string[] {
  const { origin, href } = new URL(api)
  const names = [
    env.COUNTERSIGN_AUDIENCE,
    env.NEXT_PUBLIC_API_BASE_URL,
    env.COUNTERSIGN_WEB_ORIGIN,
    env.COUNTERSIGN_URL,
    env.COUNTERSIGN_API_CLIENT_ID,
    env.COUNTERSIGN_CLIENT_ID,
    ...known,
    origin,
    `${origin}/`,
    href,
    'api',
    'account',
    'authenticated',
  ]
  return [...new Set(names.filter((name): name is string => Boolean(name)))]
}
