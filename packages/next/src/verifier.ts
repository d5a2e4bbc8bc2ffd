import { createHash } from 'node:crypto'
import { BASE_PATH } from '@countersign/core'
import { createVerifier, type Verifier } from '@countersign/verify'
import type { Settings } from './settings.js'

const SHARED = Symbol.for('countersign.next.verifiers')

/**
 * The verifier for these settings. With a client credential it hears of revocations; without one, or
 * while the feed is silent, tokens live out their time.
 *
 * Next loads this module for `proxy.ts` and again for pages, within one process: both get the same
 * verifier, with one connection to the feed. It keeps no process alive.
 */
export function verifierFor(settings: Settings): Verifier {
  if (settings.injected.now || settings.injected.fetch) return makeVerifier(settings)
  const verifiers = sharedVerifiers()
  const key = fingerprint(settings)
  const verifier = verifiers.get(key) ?? makeVerifier(settings)
  verifiers.set(key, verifier)
  return verifier
}

function makeVerifier(settings: Settings): Verifier {
  const { issuer, audience, algorithms, client, logger, maxLifetimeSeconds, injected } = settings
  const base = settings.server + BASE_PATH
  return createVerifier({
    ...{ issuer, audience, algorithms, ...injected, jwksUri: `${base}/jwks` },
    ...(maxLifetimeSeconds === undefined ? {} : { maxLifetimeSeconds }),
    ...(client ? { revocations: feedOf(base, client) } : {}),
    onWarning: ({ message }) => logger.warn(`countersign: ${message}`),
  })
}

function feedOf(base: string, client: { readonly id: string; readonly secret: string }) {
  return {
    clientId: client.id,
    clientSecret: client.secret,
    url: `${base}/revocations`,
    introspectionUrl: `${base}/introspect`,
  }
}

function sharedVerifiers(): Map<string, Verifier> {
  const holder = globalThis as { [SHARED]?: Map<string, Verifier> }
  holder[SHARED] ??= new Map()
  return holder[SHARED]
}

/** Equal for settings that make the same verifier; a hash, because a secret is among them. */
function fingerprint(settings: Settings): string {
  const { server, issuer, audience, algorithms, client, maxLifetimeSeconds } = settings
  const facts = [server, issuer, audience, algorithms, client, maxLifetimeSeconds]
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}

/** Why the verifier refuses a token, as far as it knows without asking anybody. */
export function refusalOf(accessToken: string, verifier: Verifier): unknown {
  try {
    verifier.verifySync(accessToken)
    return undefined
  } catch (error) {
    const { code } = error as { code?: unknown }
    // The keys are not there yet: for the next request they shall be.
    if (code === 'service_unavailable') void verifier.ready().catch(() => {})
    return code
  }
}
