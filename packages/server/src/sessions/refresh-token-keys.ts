import { deriveKey, type RefreshTokenKey, type RootSecret } from '@countersign/core'

const INFO = 'countersign/refresh-token/v1'

/** The MAC keys of refresh tokens, newest first; the version of the secret is the key id. */
export function refreshTokenKeys(
  secrets: readonly RootSecret[],
): [RefreshTokenKey, ...RefreshTokenKey[]] {
  const [newest, ...older] = secrets.map((secret) => ({
    id: secret.version,
    key: deriveKey(secret, INFO),
  }))
  if (!newest) throw new TypeError('at least one root secret is needed')
  return [newest, ...older]
}
