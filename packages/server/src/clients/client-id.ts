import { PUBLIC_CLIENT_ID } from '@countersign/core'

export const CLIENT_ID_RULE = `must be 1 to 64 printable characters, and not "${PUBLIC_CLIENT_ID}"`

/** Whether a confidential client may be called so. The public client has no credential. */
export function isClientId(id: string): boolean {
  return id !== PUBLIC_CLIENT_ID && /^[\x21-\x7e]{1,64}$/.test(id)
}
