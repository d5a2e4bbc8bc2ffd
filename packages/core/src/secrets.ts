/**
 * Root secrets and the keys derived from them: one purpose, one key (HKDF, RFC 5869).
 * @module
 */
import { hkdfSync } from 'node:crypto'
import { MIN_SECRET_BYTES } from './protocol.js'

/** A root secret with the version under which its keys are known. */
export interface RootSecret {
  /** 1 to 255. */
  readonly version: number
  /** The exact UTF-8 bytes of the configured text are the key material. */
  readonly value: string
}

/**
 * Reads `secret` or a list `2:newest,1:older`, newest first.
 * @throws TypeError if a secret has fewer than 32 bytes, or a version is missing, repeated or out of range
 */
export function parseRootSecrets(text: string): readonly RootSecret[] {
  const parts = /^\d+:/.test(text) ? text.split(',') : [`1:${text}`]
  const secrets = parts.map(parseVersioned)
  if (new Set(secrets.map((secret) => secret.version)).size !== secrets.length) {
    throw new TypeError('each root secret needs its own version')
  }
  return secrets
}

/** 32 bytes for one purpose. `info` names the purpose and its format version. */
export function deriveKey(secret: RootSecret, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.value, '', info, 32))
}

function parseVersioned(part: string): RootSecret {
  const colon = part.indexOf(':')
  const version = Number(part.slice(0, colon))
  const value = part.slice(colon + 1).trim()
  if (!Number.isInteger(version) || version < 1 || version > 255) {
    throw new TypeError('a root secret needs a version from 1 to 255, as in "2:secret"')
  }
  assertStrongSecret(value)
  return { version, value }
}

/** @throws TypeError for a secret that could be guessed: too short, or hardly any variety. */
export function assertStrongSecret(value: string): void {
  if (Buffer.byteLength(value) < MIN_SECRET_BYTES) {
    throw new TypeError(`a secret needs at least ${MIN_SECRET_BYTES} bytes`)
  }
  if (new Set(value).size < 8) throw new TypeError('a secret needs more than a few characters')
}
