import { hmacKey } from '@countersign/core'
import type { Environment } from '../environment.js'
import { fail, type Outcome, ok, type Probe, skip, warn, worst } from './findings.js'
import { judgeHttps } from './shared-probes.js'

/** The environments of the parts. */
export interface Settings {
  readonly auth: Environment
  readonly web: Environment
  readonly api: Environment
  /** Where the parts are. */
  readonly addresses: { readonly auth: string; readonly web?: string; readonly api?: string }
  /** Fingerprints of shared secrets that the auth server lists. */
  readonly listedKids: readonly string[]
}

const PARTS = ['auth', 'web', 'api'] as const
type Part = (typeof PARTS)[number]

/** Secrets by purpose: those of one line may be equal, as Better Auth and Auth.js are either or. */
const PURPOSES = [
  ['COUNTERSIGN_JWT_SECRET', 'JWT_SECRET'],
  ['BETTER_AUTH_SECRET', 'AUTH_SECRET', 'NEXTAUTH_SECRET'],
  ['COUNTERSIGN_SECRET'],
  ['COUNTERSIGN_COOKIE_SECRET'],
  ['COUNTERSIGN_CLIENT_SECRET'],
  ['COUNTERSIGN_API_CLIENT_SECRET'],
] as const

/** What can be told without asking anybody. */
export const SETTINGS_PROBES: readonly Probe<Settings>[] = [
  ['same_address', (settings) => judgeSame(settings, 'COUNTERSIGN_URL', trimmed)],
  ['same_audience', (settings) => judgeSame(settings, 'COUNTERSIGN_AUDIENCE', (text) => text)],
  ['same_secret', judgeSecrets],
  ['own_secret', judgePurposes],
  ['https', ({ addresses }) => judgeHttps(Object.values(addresses))],
  ['same_site', judgeSite],
]

const trimmed = (address: string) => address.replace(/\/+$/, '')

function judgeSame(
  settings: Settings,
  variable: string,
  spelling: (text: string) => string,
): Outcome {
  const set = PARTS.flatMap((part) => {
    const value = settings[part][variable]
    return value ? [[part, spelling(value)] as const] : []
  })
  const [first] = set
  if (!first) return skip(`${variable} is not set`)
  const other = set.find(([, value]) => value !== first[1])
  if (!other) return ok()
  return fail(`${variable} is ${first[1]} for ${first[0]}, but ${other[1]} for ${other[0]}`)
}

/** By their fingerprints: no secret is printed. */
function judgeSecrets({ auth, web, api, listedKids }: Settings): Outcome {
  const held = Object.entries({ auth, web, api }).flatMap(([part, env]) => kidIn(part, env))
  if (held.length === 0) {
    return listedKids.length === 0
      ? ok('no secret is shared')
      : skip('COUNTERSIGN_JWT_SECRET is not set here')
  }
  const signing = listedKids[0] ?? held[0]?.[1]
  const wrong = held.filter(([, kid]) => kid !== signing && !listedKids.includes(kid))
  const signer = listedKids.length > 0 ? 'the auth server' : held[0]?.[0]
  return worst(
    wrong.map(([part, kid]) =>
      fail(`${signer} signs with secret ${signing}, ${part} holds another secret, ${kid}`),
    ),
  )
}

function kidIn(part: string, env: Environment): (readonly [string, string])[] {
  const secret = env.COUNTERSIGN_JWT_SECRET || env.JWT_SECRET
  // A server that signs with a key pair ignores the secret.
  if (!secret || (part === 'auth' && (env.COUNTERSIGN_ALGORITHM ?? 'HS256') !== 'HS256')) return []
  try {
    return [[part, hmacKey(secret).kid]]
  } catch {
    return [[part, 'one that is too short']]
  }
}

function judgePurposes(settings: Settings): Outcome {
  return worst(PARTS.map((part) => judgePurposesOf(part, settings[part])))
}

function judgePurposesOf(part: Part, env: Environment): Outcome {
  const secrets = PURPOSES.flatMap((names, purpose) =>
    names.flatMap((name) => (env[name] ? [{ name, purpose, value: env[name] }] : [])),
  )
  const twins = secrets.flatMap((one) =>
    secrets
      .filter(({ purpose, value }) => purpose > one.purpose && value === one.value)
      .map(({ name }) => `${one.name} is the same as ${name} (${part})`),
  )
  return twins.length === 0 ? ok() : warn(`${twins.join('; ')}: give each a secret of its own`)
}

/** A Strict cookie travels within a site only. What a site is, the last two labels have to tell. */
function judgeSite({ addresses: { auth, web } }: Settings): Outcome {
  if (!web) return skip('there is no web address')
  const sites = [auth, web].map(siteOf)
  if (sites[0] === sites[1]) return ok()
  return warn(
    `${sites.join(' and ')} are different sites: a browser that talks to the auth server itself gets no cookie`,
  )
}

function siteOf(address: string): string {
  const { hostname, protocol } = new URL(address)
  const isName = /[a-z]/i.test(hostname) && !hostname.startsWith('[')
  return `${protocol}//${isName ? hostname.split('.').slice(-2).join('.') : hostname}`
}
