import { closeSync, openSync, writeSync } from 'node:fs'
import type { RefusedRow } from '../users/import/read-user.js'

/**
 * A file with one JSON object for each refused row: where it is and why, without anything of it. The
 * file is made for the first of them, for its owner alone.
 */
export function openRefusals(file: string) {
  let handle: number | undefined
  let isThere = false
  return {
    /** @throws Error if the file cannot be written */
    add(row: RefusedRow): void {
      handle ??= openSync(file, 'w', 0o600)
      isThere = true
      writeSync(handle, `${JSON.stringify(row)}\n`)
    },
    /** @returns the name of the file, if there is one */
    close(): string | undefined {
      if (handle !== undefined) closeSync(handle)
      handle = undefined
      return isThere ? file : undefined
    },
  }
}
