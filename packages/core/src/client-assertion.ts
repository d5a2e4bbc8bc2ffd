/**
 * What a confidential client says of a person whom a provider signed in with it, once: the subject
 * token of an exchange at `/token` (RFC 8693; `spec/protocol.md`, "Exchange").
 * @module
 */
import { hkdfSync, randomUUID } from 'node:crypto'
import { currentSeconds, isExpired } from './access-token.js'
import { type JsonObject, parseJsonObject } from './json.js'
import { signJwt, verifyJws } from './jws.js'
import { hmacKey, type SigningKey, type VerificationKey } from './keys.js'
import {
  ASSERTION_LIFETIME_SECONDS,
  ASSERTION_TYPE,
  CLOCK_TOLERANCE_SECONDS,
  MAX_TOKEN_LENGTH,
} from './protocol.js'
import { invalidToken, TokenError } from './token-error.js'

const KEY_INFO = 'countersign/assertion/v1'

/** A person as a provider described them. */
export interface AssertedPerson {
  /** The client's name for the provider, such as `google`: 1 to 64 of `a-z 0-9 . _ -`. */
  readonly provider: string
  /** The person's lasting id at the provider (`sub` of OpenID Connect). */
  readonly accountId: string
  readonly email: string
  /** Whether the provider says so itself. Unless it is true, no account of that address is linked. */
  readonly emailVerified: boolean
  readonly name?: string | undefined
  readonly image?: string | undefined
}

/** Who speaks to whom. */
export interface AssertionParties {
  readonly clientId: string
  /** The client's secret as configured; the key is derived from it. */
  readonly clientSecret: string
  /** Issuer identifier of the auth server, such as `https://auth.example.com/api/auth`. */
  readonly issuer: string
  /** Current time in seconds. */
  readonly now?: () => number
}

export interface ClientAssertion extends AssertedPerson {
  /** To be remembered until the assertion ends, since it may be used once. */
  readonly id: string
  /** NumericDate seconds. */
  readonly expiresAt: number
}

/**
 * The HS256 key of a client's assertions, which serves no other purpose.
 * @throws TypeError for an empty secret
 */
export function assertionKey(clientSecret: string): SigningKey & VerificationKey {
  if (typeof clientSecret !== 'string' || clientSecret === '') {
    throw new TypeError('an assertion needs the secret of the client')
  }
  const bytes = Buffer.from(hkdfSync('sha256', clientSecret, '', KEY_INFO, 32))
  return hmacKey(bytes.toString('base64url'))
}

/**
 * Signs an assertion that ends after 60 seconds.
 * @throws TypeError for a person whom no auth server would take
 */
export function signClientAssertion(person: AssertedPerson, parties: AssertionParties): string {
  const iat = (parties.now ?? currentSeconds)()
  const claims = {
    iss: parties.clientId,
    aud: parties.issuer,
    iat,
    exp: iat + ASSERTION_LIFETIME_SECONDS,
    jti: randomUUID(),
    provider: person.provider,
    account_id: person.accountId,
    email: person.email,
    email_verified: person.emailVerified,
    ...(person.name === undefined ? {} : { name: person.name }),
    ...(person.image === undefined ? {} : { image: person.image }),
  }
  const fault = findFault(claims)
  if (fault) throw new TypeError(`claim "${fault}" is missing or of the wrong form`)
  const key = assertionKey(parties.clientSecret)
  const assertion = signJwt(claims, { key, type: ASSERTION_TYPE })
  if (assertion.length > MAX_TOKEN_LENGTH) throw new TypeError('the claims are too long')
  return assertion
}

/**
 * Verifies an assertion of a client that authenticated by this secret. Whether it was used before is
 * the caller's to remember, by `id`.
 * @throws TokenError `invalid_token`, `token_expired`, `unknown_key`, `key_mismatch`
 */
export function verifyClientAssertion(token: string, parties: AssertionParties): ClientAssertion {
  const keys = [assertionKey(parties.clientSecret)]
  const { header, payload } = verifyJws(token, { keys, algorithms: ['HS256'] })
  if (header.typ !== ASSERTION_TYPE) throw invalidToken('typ', 'the token is no assertion')
  const claims = parseJsonObject(payload)
  if (!claims) throw invalidToken('payload', 'the payload is not a JSON object')
  const fault = findFault(claims)
  if (fault) throw invalidToken(fault, `"${fault}" is missing or of the wrong form`)
  const known = claims as unknown as AssertionClaims
  if (known.iss !== parties.clientId) throw invalidToken('iss', '"iss" is another client')
  if (known.aud !== parties.issuer) throw invalidToken('aud', '"aud" is another server')
  checkTime(known, (parties.now ?? currentSeconds)())
  return assertionOf(known)
}

interface AssertionClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly provider: string
  readonly account_id: string
  readonly email: string
  readonly email_verified: boolean
  readonly name?: string
  readonly image?: string
}

function assertionOf(claims: AssertionClaims): ClientAssertion {
  return {
    id: claims.jti,
    expiresAt: claims.exp,
    provider: claims.provider,
    accountId: claims.account_id,
    email: claims.email,
    emailVerified: claims.email_verified,
    name: claims.name,
    image: claims.image,
  }
}

function checkTime({ iat, exp }: AssertionClaims, now: number): void {
  if (isExpired(exp, now)) throw new TokenError('token_expired', 'exp', '"exp" is in the past')
  if (iat > now + CLOCK_TOLERANCE_SECONDS) throw invalidToken('iat', '"iat" is in the future')
  if (exp - iat > ASSERTION_LIFETIME_SECONDS) {
    throw invalidToken('lifetime', 'the assertion lives too long')
  }
}

/** The first claim that is missing or of the wrong form. */
function findFault(claims: JsonObject): string | undefined {
  for (const name of ['iss', 'aud', 'jti', 'account_id', 'email']) {
    if (!isText(claims[name])) return name
  }
  if (typeof claims.provider !== 'string' || !/^[a-z0-9._-]{1,64}$/.test(claims.provider)) {
    return 'provider'
  }
  if (typeof claims.email_verified !== 'boolean') return 'email_verified'
  for (const name of ['iat', 'exp']) if (!isInstant(claims[name])) return name
  for (const name of ['name', 'image']) {
    if (claims[name] !== undefined && !isText(claims[name], 2048)) return name
  }
  return undefined
}

/** Well-formed text without control characters, as a database can store it. */
function isText(value: unknown, longest = 255): boolean {
  if (typeof value !== 'string' || value === '' || value.length > longest) return false
  return !/[\p{Cc}\p{Cs}]/u.test(value)
}

function isInstant(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
}
