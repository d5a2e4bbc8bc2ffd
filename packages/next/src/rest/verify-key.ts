import {
  type Algorithm,
  CLOCK_TOLERANCE_SECONDS,
  hmacKey,
  invalidToken,
  TokenError,
  type VerificationKey,
  verifyJws,
} from '@countersign/core'
import type { Backend, VerifiedUser } from '../backend.js'
import type { Settings } from '../settings.js'
import { isSeconds, isText, parseObject } from '../shape.js'
import { fixedKeys, type KeySource, keysAt } from './foreign-keys.js'
import type { Json } from './options.js'

/** The key that signs a backend's access tokens, and what they have to say. */
export interface RestVerifyOptions {
  /** Signature algorithms that are accepted. */
  readonly algorithms: readonly Algorithm[]
  /** The shared secret of HS256; at least 32 bytes. */
  readonly secret?: string | undefined
  /** Or published keys. */
  readonly jwksUri?: string | undefined
  /** Or keys at hand. */
  readonly jwks?: { readonly keys: readonly unknown[] } | undefined
  /** `iss` must be this, if it is given. */
  readonly issuer?: string | undefined
  /** `aud` must name this, if it is given. */
  readonly audience?: string | undefined
  /** Claim with the user's id; `sub` by default. */
  readonly userIdClaim?: string | undefined
}

/**
 * Verifies JWTs of somebody else: signature, `exp` (which must be there), `nbf`, `iat`, and issuer and
 * audience where they are given. Throws `TypeError` for a key that is missing, weak or of another kind.
 */
export function tokenVerifier(
  options: RestVerifyOptions,
  settings: Settings,
): NonNullable<Backend['verify']> {
  const source = keySource(options, settings)
  return async ({ accessToken }) => {
    const claims = await signedClaims(accessToken, { options, source })
    checkTimes(claims, settings.now())
    checkParties(claims, options)
    const userId = claims[options.userIdClaim ?? 'sub']
    const id = typeof userId === 'number' ? String(userId) : userId
    if (!isText(id)) throw invalidToken('sub', 'the token names no user')
    return { userId: id, ...facts(claims) }
  }
}

function facts({ email, role }: Json): Partial<VerifiedUser> {
  return { ...(isText(email) ? { email } : {}), ...(isText(role) ? { role } : {}) }
}

function keySource(options: RestVerifyOptions, settings: Settings): KeySource {
  const { algorithms, secret, jwks, jwksUri } = options
  if ([secret, jwks, jwksUri].filter((key) => key !== undefined).length !== 1) {
    throw new TypeError('restBackend: verify needs one of secret, jwks and jwksUri')
  }
  if (
    (secret !== undefined) !== algorithms.includes('HS256') ||
    (secret && algorithms.length > 1)
  ) {
    throw new TypeError('restBackend: verify.secret is for HS256 alone, and HS256 needs it')
  }
  if (jwksUri !== undefined) return keysAt(jwksUri, { settings, algorithms })
  const keys: readonly VerificationKey[] | undefined =
    secret === undefined ? undefined : [hmacKey(secret)]
  return fixedKeys(keys ?? { jwks, algorithms })
}

async function signedClaims(
  token: string,
  { options, source }: { options: RestVerifyOptions; source: KeySource },
): Promise<Json> {
  const { algorithms } = options
  const check = (keys: readonly VerificationKey[]) => verifyJws(token, { keys, algorithms })
  const keys = await source.keys()
  try {
    return claimsIn(check(keys).payload)
  } catch (error) {
    const newer =
      error instanceof TokenError && error.code === 'unknown_key' && (await source.newer())
    if (!newer) throw error
    return claimsIn(check(newer).payload)
  }
}

function claimsIn(payload: Uint8Array): Json {
  const claims = parseObject(Buffer.from(payload).toString('utf8'))
  if (!claims) throw invalidToken('payload', 'the payload is no JSON object')
  return claims
}

function checkTimes({ exp, nbf, iat }: Json, now: number): void {
  if (!isSeconds(exp)) throw invalidToken('exp', '"exp" is missing')
  if (exp <= now) throw new TokenError('token_expired', 'exp', '"exp" is in the past')
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) continue
    if (!isSeconds(time) || time > now + CLOCK_TOLERANCE_SECONDS) {
      throw invalidToken(name, `"${name}" is in the future`)
    }
  }
}

function checkParties({ iss, aud }: Json, { issuer, audience }: RestVerifyOptions): void {
  if (issuer !== undefined && iss !== issuer) throw invalidToken('iss', '"iss" is another issuer')
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audience !== undefined && !audiences.includes(audience)) {
    throw invalidToken('aud', '"aud" does not name this application')
  }
}
