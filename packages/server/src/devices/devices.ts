import type { RootSecret } from '@countersign/core'
import type { Database } from '../database/database.js'
import { ADD_DEVICE, FIND_DEVICE, PURGE_DEVICES, SEE_DEVICE } from './device-sql.js'
import { deviceTokens } from './device-token.js'

export interface SeenDevice {
  /** For the device to keep, if it is not the one that it has. */
  readonly token: string | undefined
  /** Whether the user signed in before, and never with anything like this. */
  readonly isStrange: boolean
}

/** Devices that signed in, by a token that only they hold. */
export type Devices = ReturnType<typeof createDevices>

export function createDevices(database: Database, secrets: readonly RootSecret[]) {
  const tokens = deviceTokens(secrets)
  return {
    /** Names the device if it signed in to the account of an address before. */
    async known(email: string, token: string | undefined): Promise<string | undefined> {
      const hash = tokens.read(token)
      if (!hash) return undefined
      const found = await database.query({ text: FIND_DEVICE, values: [email, hash] })
      return found.length > 0 ? hash.toString('base64url') : undefined
    },

    /** After a sign-in. A token that another user of the device has is theirs as well. */
    async signedIn(
      userId: string,
      token: string | undefined,
      userAgent: string | undefined,
    ): Promise<SeenDevice> {
      const presented = tokens.read(token)
      if (presented) {
        const seen = await database.query({ text: SEE_DEVICE, values: [userId, presented] })
        if (seen.length > 0) return { token: undefined, isStrange: false }
      }
      const made = presented ? undefined : tokens.make()
      const hash = presented ?? tokens.read(made)
      const values = [userId, hash, userAgent ?? null]
      const [row] = await database.query<{ is_strange: boolean }>({ text: ADD_DEVICE, values })
      return { token: made, isStrange: row?.is_strange === true }
    },

    async purge(): Promise<void> {
      await database.query({ text: PURGE_DEVICES })
    },
  }
}
