import { type Algorithm, type VerificationKey, verificationKeys } from '@countersign/core'
import { readText } from '../request-body.js'
import { httpUrl, type Settings } from '../settings.js'
import { asObject, parseObject } from '../shape.js'

/** Keys that may have signed. */
export interface KeySource {
  readonly keys: () => Promise<readonly VerificationKey[]>
  /** A newer set than the last one; undefined if there is none, or it is too early to ask. */
  readonly newer: () => Promise<readonly VerificationKey[] | undefined>
}

type KeySet = { readonly keys: readonly unknown[] }

/** How often published keys are asked for at most, and how long they are good without asking. Seconds. */
const PAUSE_SECONDS = 30
const FRESH_SECONDS = 600

/** Keys that never change. Throws `TypeError` for a set that cannot be used. */
export function fixedKeys(
  from: readonly VerificationKey[] | { jwks: KeySet | undefined; algorithms: readonly Algorithm[] },
): KeySource {
  const keys = 'algorithms' in from ? readKeys(from.jwks, from.algorithms) : from
  return { keys: async () => keys, newer: async () => undefined }
}

/** Published keys. The last good set is kept while they cannot be had. */
export function keysAt(
  uri: string,
  { settings, algorithms }: { settings: Settings; algorithms: readonly Algorithm[] },
): KeySource {
  const url = httpUrl(uri, 'restBackend: verify.jwksUri').href
  let held: readonly VerificationKey[] | undefined
  let heldAt = 0
  let askedAt = Number.NEGATIVE_INFINITY
  let flight: Promise<readonly VerificationKey[] | undefined> | undefined
  const load = async () => {
    askedAt = settings.now()
    try {
      held = readKeys(await fetchSet(url, settings), algorithms)
      heldAt = settings.now()
      return held
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown'
      settings.logger.warn(`countersign: no keys from verify.jwksUri (${reason})`)
      return undefined
    } finally {
      flight = undefined
    }
  }
  const ask = async () => {
    if (!flight && settings.now() - askedAt < PAUSE_SECONDS) return undefined
    flight ??= load()
    return flight
  }
  return {
    newer: ask,
    keys: async () => {
      const isFresh = settings.now() - heldAt < FRESH_SECONDS
      const keys = (held && isFresh ? held : await ask()) ?? held
      if (keys) return keys
      throw Object.assign(new Error('the keys are not there'), { code: 'service_unavailable' })
    },
  }
}

async function fetchSet(url: string, settings: Settings): Promise<KeySet> {
  const response = await settings.fetch(url, {
    headers: { Accept: 'application/json' },
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(settings.timeoutSeconds * 1000),
  })
  const set = response.status === 200 ? parseObject((await readText(response)) ?? '') : null
  if (!Array.isArray(set?.keys)) throw new TypeError('no key set')
  return { keys: set.keys }
}

/** Many a published key does not say its algorithm, where only one is in question. */
function readKeys(jwks: KeySet | undefined, algorithms: readonly Algorithm[]) {
  const [only, ...others] = algorithms
  const alg = others.length === 0 ? { alg: only } : {}
  return verificationKeys({
    keys: (jwks?.keys ?? []).map((jwk) => {
      const key = asObject(jwk)
      return key ? { ...alg, ...key } : jwk
    }),
  })
}
