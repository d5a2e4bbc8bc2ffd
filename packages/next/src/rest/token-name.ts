import { createHash } from 'node:crypto'

/** What a foreign access token is called where it cannot be shown. */
export function tokenName(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url').slice(0, 22)
}
