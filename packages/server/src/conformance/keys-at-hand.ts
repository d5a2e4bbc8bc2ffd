import { hmacKey, type Jwk, type SigningKey, signingKeyFromJwk } from '@countersign/core'
import type { Environment } from '../environment.js'

/** Keys with which probes are signed: the one that the issuer signs with, and those that have left. */
export interface KeysAtHand {
  readonly key: SigningKey | undefined
  readonly oldKeys: readonly SigningKey[]
  /** Secrets of other purposes, which somebody may have mixed up. */
  readonly suspects: readonly (readonly [name: string, key: SigningKey])[]
}

const SHARED = ['COUNTERSIGN_JWT_SECRET', 'JWT_SECRET'] as const
const OTHER_SECRETS = [
  'JWT_SECRET',
  'BETTER_AUTH_SECRET',
  'AUTH_SECRET',
  'NEXTAUTH_SECRET',
  'COUNTERSIGN_SECRET',
  'COUNTERSIGN_COOKIE_SECRET',
  'COUNTERSIGN_JWT_SECRET_PREVIOUS',
] as const

/**
 * Keys out of the environment: the private JWK, or set of JWKs whose first one signs, in
 * `COUNTERSIGN_CHECK_KEY`; else the shared secret. The others of a set are keys that have left.
 * @throws TypeError that names the variable, never its value
 */
export function keysAtHand(env: Environment): KeysAtHand {
  const [key, ...oldKeys] = env.COUNTERSIGN_CHECK_KEY
    ? jwksIn(env.COUNTERSIGN_CHECK_KEY).map((jwk) => named(() => signingKeyFromJwk(jwk)))
    : sharedIn(env)
  const suspects = OTHER_SECRETS.flatMap((name) => secretIn(env, name))
  return { key, oldKeys, suspects: suspects.filter(([, other]) => other.kid !== key?.kid) }
}

function sharedIn(env: Environment): readonly SigningKey[] {
  const name = SHARED.find((variable) => env[variable])
  if (!name) return []
  try {
    return [hmacKey(env[name] ?? '')]
  } catch (error) {
    throw new TypeError(`${name}: ${(error as Error).message}`)
  }
}

/** What is too short to be a key is no suspect either. */
function secretIn(env: Environment, name: string): (readonly [string, SigningKey])[] {
  try {
    return env[name] ? [[name, hmacKey(env[name])]] : []
  } catch {
    return []
  }
}

function jwksIn(text: string): readonly Jwk[] {
  return named(() => {
    const value = JSON.parse(text) as { keys?: readonly Jwk[] }
    return value.keys ?? [value as Jwk]
  })
}

function named<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw new TypeError('COUNTERSIGN_CHECK_KEY must be a private JWK, or a set of them, as JSON')
  }
}
