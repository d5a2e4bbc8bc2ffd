/**
 * The refresh token: opaque to everyone but the server (`spec/protocol.md`, "Refresh token").
 *
 * `csr_` + base64url( 0x01 | key id 1 | session id 16 | generation 4 | salt 16 | HMAC-SHA256 16 )
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { REFRESH_TOKEN_LENGTH, REFRESH_TOKEN_PREFIX } from './protocol.js'

const VERSION = 1
const SALT_OFFSET = 22
const MAC_OFFSET = 38
const TOKEN_BYTES = 54
const MAC_CONTEXT = 'countersign/refresh-token/v1'

/** One key that authenticates refresh tokens. Derive it, never share it with another purpose. */
export interface RefreshTokenKey {
  /** 0 to 255; it is written into every token, so that keys can change without a logout. */
  readonly id: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface RefreshToken {
  /** UUID of the session, lower case with hyphens. */
  readonly sessionId: string
  /** Starts at 1 and grows by one with every rotation. */
  readonly generation: number
  /** 16 random bytes, the same in every generation. The server stores only their hash. */
  readonly salt: Uint8Array
}

/** Writes a token; the same input and key always give the same characters. */
export function encodeRefreshToken(token: RefreshToken, key: RefreshTokenKey): string {
  const bytes = Buffer.alloc(TOKEN_BYTES)
  bytes[0] = VERSION
  bytes[1] = key.id
  bytes.write(token.sessionId.replaceAll('-', ''), 2, 16, 'hex')
  bytes.writeUInt32BE(token.generation, 18)
  bytes.set(token.salt, SALT_OFFSET)
  mac(bytes, key.key).copy(bytes, MAC_OFFSET)
  return REFRESH_TOKEN_PREFIX + bytes.toString('base64url')
}

/**
 * Reads a token and checks its MAC in constant time.
 * @returns `undefined` for anything that none of `keys` authenticates; the caller learns no more.
 */
export function decodeRefreshToken(
  text: string,
  keys: readonly RefreshTokenKey[],
): RefreshToken | undefined {
  const bytes = canonicalBytes(text)
  if (bytes?.[0] !== VERSION) return undefined
  const key = keys.find((candidate) => candidate.id === bytes[1])
  if (!key || !timingSafeEqual(mac(bytes, key.key), bytes.subarray(MAC_OFFSET))) return undefined
  return {
    sessionId: uuid(bytes.toString('hex', 2, 18)),
    generation: bytes.readUInt32BE(18),
    salt: bytes.subarray(SALT_OFFSET, MAC_OFFSET),
  }
}

/** What the server stores of a salt: with the row alone no token can be made. */
export function hashSalt(salt: Uint8Array): Buffer {
  return createHash('sha256').update(salt).digest()
}

function canonicalBytes(text: string): Buffer | undefined {
  if (text.length !== REFRESH_TOKEN_LENGTH || !text.startsWith(REFRESH_TOKEN_PREFIX)) {
    return undefined
  }
  const encoded = text.slice(REFRESH_TOKEN_PREFIX.length)
  const bytes = Buffer.from(encoded, 'base64url')
  return bytes.length === TOKEN_BYTES && bytes.toString('base64url') === encoded ? bytes : undefined
}

function mac(bytes: Buffer, key: Uint8Array): Buffer {
  const signed = bytes.subarray(0, MAC_OFFSET)
  return createHmac('sha256', key).update(MAC_CONTEXT).update(signed).digest().subarray(0, 16)
}

function uuid(hex: string): string {
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, index) => hex.slice(ends[index - 1] ?? 0, end)).join('-')
}
