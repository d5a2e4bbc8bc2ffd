import {
  hmacKey,
  type Jwk,
  KeySetError,
  parseRootSecrets,
  type VerificationKey,
  verificationKeys,
} from '@countersign/core'
import { ask } from '../conformance/ask.js'
import { issuerOf } from '../conformance/auth-target.js'
import type { Environment } from '../environment.js'
import { refreshTokenKeys } from '../sessions/refresh-token-keys.js'
import { type Inspection, inspectToken, timesOf } from '../tokens/inspect-token.js'
import { askSecret, readStdin } from './ask-person.js'
import { httpUrl } from './check.js'
import { FOUND_FAULTS } from './exit-codes.js'
import { print } from './print.js'
import type { InspectFlags } from './token-command.js'

export async function printToken(flags: InspectFlags, env: Environment): Promise<void> {
  const asked = await askSecret('The token')
  const text = (asked ?? (await readStdin())).trim().replace(/^Bearer\s+/i, '')
  if (text === '') throw new Error('there is no token on standard input')
  const given = flags.issuer ?? env.COUNTERSIGN_URL
  const issuer = given ? issuerOf(httpUrl(given, '--issuer')) : undefined
  const found = inspectToken(text, {
    issuer,
    audience: flags.audience ?? (env.COUNTERSIGN_AUDIENCE || undefined),
    ...(await keysFor(text, issuer, env)),
    refreshKeys: env.COUNTERSIGN_SECRET
      ? refreshTokenKeys(parseRootSecrets(env.COUNTERSIGN_SECRET))
      : [],
  })
  const times = found.claims && found.header ? timesOf(found.claims) : []
  print(flags.json, { ...found, times }, describe(found, times))
  if (!found.verified) process.exitCode = FOUND_FAULTS
}

/** Only what somebody configured: whoever made the token would name keys of their own. */
async function keysFor(
  text: string,
  issuer: string | undefined,
  env: Environment,
): Promise<{ keys?: readonly VerificationKey[]; keysFrom?: string }> {
  const secret = env.COUNTERSIGN_JWT_SECRET || env.JWT_SECRET
  const { alg } = inspectToken(text).header ?? {}
  if (alg === 'HS256') {
    if (!secret) return {}
    const from = env.COUNTERSIGN_JWT_SECRET ? 'COUNTERSIGN_JWT_SECRET' : 'JWT_SECRET'
    return { keys: [hmacKey(secret)], keysFrom: from }
  }
  if (issuer === undefined || alg === undefined) return {}
  const address = `${issuer}/jwks`
  const { status, json } = await ask(address)
  if (status !== 200 || !Array.isArray(json?.keys)) {
    throw new Error(`${address} answers ${status}, not a key set`)
  }
  return { keys: usable(json.keys, address), keysFrom: address }
}

function usable(keys: readonly Jwk[], address: string): readonly VerificationKey[] {
  try {
    return verificationKeys({ keys })
  } catch (error) {
    if (error instanceof KeySetError) throw new Error(`${address}: ${error.message}`)
    throw error
  }
}

function describe(found: Inspection, times: readonly string[]): string {
  const { kind, header, claims, verified, key, notes } = found
  const list = (title: string, members: Readonly<Record<string, unknown>> = {}) => [
    title,
    ...Object.entries(members).map(
      ([name, value]) => `  ${safe(name).padEnd(12)} ${safe(JSON.stringify(value) ?? '')}`,
    ),
  ]
  return [
    `kind           ${kind}`,
    ...(header ? list('header', header) : []),
    ...(claims ? list(header ? 'claims' : 'contents', claims) : []),
    ...(times.length > 0 ? ['times', ...times.map((time) => `  ${time}`)] : []),
    '',
    `${verified ? 'verified' : 'NOT verified'}${key ? `, by key ${key}` : ''}`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n')
}

/** What somebody else wrote does not move the cursor of a terminal, nor fill it. */
function safe(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu, '?').slice(0, 300)
}
