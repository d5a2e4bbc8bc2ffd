/**
 * Keys from a JWKS URI: loaded once, refreshed in the background, and kept when the server is down.
 * @module
 */
import { type LoadedJwks, requestJwks } from './jwks-response.js'
import type { KeySource } from './key-source.js'
import type { Fetch } from './options.js'
import { VerifierError } from './verifier-error.js'
import type { WarningListener } from './warnings.js'

const TIMEOUT_SECONDS = 5
/** Between two looks for an unknown `kid`, and after a failed refresh. */
const REFETCH_SECONDS = 30
/** A set that ran out longer ago, in a quiet night, is refreshed before a withdrawn key is believed. */
const OVERDUE_SECONDS = 60
/** While the server is down, somebody waits for it this often at most; the others use what there is. */
const OVERDUE_RETRY_SECONDS = 300
/** After a failure while there are no keys at all. */
const FIRST_RETRY_SECONDS = 2

export interface JwksSourceOptions {
  readonly uri: string
  readonly fetch: Fetch
  readonly now: () => number
  readonly warn: WarningListener
  readonly onChange: () => void
  readonly timeoutSeconds?: number
}

/** A key source that asks `uri`, with one request at a time. */
export function createJwksSource(options: JwksSourceOptions): KeySource {
  const { uri, fetch, now, warn, onChange, timeoutSeconds = TIMEOUT_SECONDS } = options
  let known: LoadedJwks | undefined
  let nextRefresh = 0
  let nextRefetch = 0
  let overdueAt = 0
  let loading: Promise<void> | undefined

  async function request(): Promise<void> {
    try {
      const loaded = await requestJwks({ uri, fetch, timeoutSeconds, known })
      const isOther = loaded.keys !== known?.keys
      known = loaded
      nextRefresh = now() + loaded.freshSeconds
      overdueAt = nextRefresh + OVERDUE_SECONDS
      if (isOther) onChange()
    } catch (cause) {
      nextRefresh = now() + (known ? REFETCH_SECONDS : FIRST_RETRY_SECONDS)
      overdueAt = now() + OVERDUE_RETRY_SECONDS
      warn({ code: 'jwks_unavailable', message: `the key set at ${uri} was not loaded`, cause })
    }
  }

  /** Never rejects. */
  function load(): Promise<void> {
    loading ??= request().finally(() => {
      loading = undefined
    })
    return loading
  }

  return {
    current() {
      if (known && now() >= nextRefresh) void load()
      return known?.keys
    },
    overdue: () => (known && now() >= overdueAt ? load() : undefined),
    async ready() {
      if (!known && (loading || now() >= nextRefresh)) await load()
      if (known) return
      const seconds = Math.max(1, nextRefresh - now())
      throw new VerifierError('the keys of the issuer could not be loaded', seconds)
    },
    async refetch() {
      const before = known?.keys
      if (loading) await loading
      else if (now() >= nextRefetch) {
        nextRefetch = now() + REFETCH_SECONDS
        await load()
      }
      return known?.keys !== before
    },
  }
}
