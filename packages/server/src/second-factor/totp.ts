import { Secret, TOTP } from 'otpauth'

/** Half a minute and a code of either side: phones go wrong by that much. */
const PERIOD_SECONDS = 30
const WINDOW = 1
/** As long as the output of the hash (RFC 4226 section 4, R6). */
const SECRET_BYTES = 20

/** A new secret in base32, as people type it. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** What an authenticator app reads from a picture. */
export function totpUri(secret: string, issuer: string, label: string): string {
  return totpOf(secret, issuer, label).toString()
}

/**
 * The time step of a code, if it is one of the secret (RFC 6238).
 * @param now seconds since 1970
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const totp = totpOf(secret)
  const timestamp = now * 1000
  const delta = totp.validate({ token: code, timestamp, window: WINDOW })
  return delta === null ? undefined : totp.counter({ timestamp }) + delta
}

function totpOf(secret: string, issuer = '', label = ''): TOTP {
  const form = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS }
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), ...form })
}
