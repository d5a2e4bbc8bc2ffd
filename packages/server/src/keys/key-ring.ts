import type { Logger } from 'pino'
import { describeError } from '../http/answer-error.js'
import { RELOAD_SECONDS } from './key-times.js'
import {
  createKeyReader,
  type SigningKeys,
  type SigningKeysOptions,
  sharedKeys,
} from './signing-keys.js'

/** Between two looks that unknown keys in tokens cause, whoever makes such tokens. */
const LOOK_AGAIN_SECONDS = 5

/** The keys as they are now. They change while the server runs, so that nobody may keep them. */
export interface KeyRing extends SigningKeys {
  /** Reads the keys now instead of within half a minute. One that fails leaves them as they were. */
  reload(): Promise<void>
  /** Looks for a key that is not known here; tells whether there is any new one. */
  lookAgain(): Promise<boolean>
  /** Ends the reloading. */
  close(): void
}

export interface KeyRingOptions extends SigningKeysOptions {
  readonly log: Logger
  /** Current time in seconds, of whatever beginning. */
  readonly now?: () => number
  /** Between two looks at the keys. */
  readonly reloadSeconds?: number
}

/**
 * Opens the keys of a server, making the first one where there is none. No request waits for a
 * reload but one whose token has a key that is not known.
 * @throws Error if a key cannot be decrypted
 */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  if (options.jwtSecrets) return unchanging(sharedKeys(options.jwtSecrets))
  const { log, now = () => performance.now() / 1000, reloadSeconds = RELOAD_SECONDS } = options
  const reader = createKeyReader(options)
  let keys = await reader.readOrMake()
  let reloading: Promise<void> | undefined
  let lookedAt = Number.NEGATIVE_INFINITY

  const reload = (): Promise<void> => {
    reloading ??= reader
      .read()
      .then((read) => {
        if (read.current.kid !== keys.current.kid) {
          log.info({ event: 'keys.activated', kid: read.current.kid }, 'another key signs now')
        }
        keys = read
      })
      .catch((error) =>
        log.error(
          { event: 'keys.unread', error: describeError(error) },
          'keys were not read again',
        ),
      )
      .finally(() => {
        reloading = undefined
      })
    return reloading
  }

  const timer = setInterval(() => void reload(), reloadSeconds * 1000).unref()
  return {
    get current() {
      return keys.current
    },
    get verification() {
      return keys.verification
    },
    get jwks() {
      return keys.jwks
    },
    reload,
    async lookAgain() {
      const before = keys
      if (reloading) await reloading
      else if (now() >= lookedAt + LOOK_AGAIN_SECONDS) {
        lookedAt = now()
        await reload()
      }
      return keys !== before
    },
    close: () => clearInterval(timer),
  }
}

/** Shared secrets are those of the configuration, for as long as the process runs. */
function unchanging(keys: SigningKeys): KeyRing {
  return { ...keys, reload: async () => {}, lookAgain: async () => false, close: () => {} }
}
