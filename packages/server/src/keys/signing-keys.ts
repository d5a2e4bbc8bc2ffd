import {
  type Algorithm,
  deriveKey,
  generatePrivateJwk,
  hmacKey,
  type PrivateJwk,
  publicJwk,
  type RootSecret,
  type SigningKey,
  signingKeyFromJwk,
  type VerificationKey,
  verificationKeyFromJwk,
} from '@countersign/core'
import type { Database, Queryable } from '../database/database.js'
import { open, seal } from './sealed-box.js'

const KEY_INFO = 'countersign/signing-keys/v1'
/** Of many processes that start together on an empty database, one makes the key. */
const ADVISORY_LOCK = 27_466_501

export interface SigningKeys {
  /** Signs new tokens. */
  readonly current: SigningKey
  /** Verify tokens, also those of keys that no longer sign. */
  readonly verification: readonly VerificationKey[]
  /** What is published: empty when the secret is shared (HS256). */
  readonly jwks: { readonly keys: readonly object[] }
}

export interface SigningKeysOptions {
  readonly database: Database
  readonly secrets: readonly RootSecret[]
  readonly algorithm: Algorithm
  readonly jwtSecret?: string | undefined
}

interface KeyRow {
  readonly kid: string
  readonly encrypted_private_jwk: Uint8Array
  readonly secret_version: number
}

/** Reads the keys, making the first one where there is none. */
export async function loadSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  if (options.jwtSecret !== undefined) {
    const key = hmacKey(options.jwtSecret)
    return { current: key, verification: [key], jwks: { keys: [] } }
  }
  const rows = await options.database.transaction(async (transaction) => {
    await transaction.query({ text: 'select pg_advisory_xact_lock($1)', values: [ADVISORY_LOCK] })
    const existing = await select(transaction, options.algorithm)
    if (existing.length > 0) return existing
    await insertNewKey(transaction, options)
    return select(transaction, options.algorithm)
  })
  const jwks = rows.map((row) => decrypt(row, options.secrets))
  const [newest] = jwks
  if (!newest) throw new Error('no signing key could be made')
  return {
    current: signingKeyFromJwk(newest),
    verification: jwks.map((jwk) => verificationKeyFromJwk(publicJwk(jwk))),
    jwks: { keys: jwks.map(publicJwk) },
  }
}

function select(queryable: Queryable, algorithm: Algorithm): Promise<KeyRow[]> {
  return queryable.query<KeyRow>({
    text: `
      select kid, encrypted_private_jwk, secret_version
      from countersign_signing_keys
      where algorithm = $1 and retired_at is null
      order by created_at desc, kid`,
    values: [algorithm],
  })
}

async function insertNewKey(
  queryable: Queryable,
  { algorithm, secrets }: SigningKeysOptions,
): Promise<void> {
  const [secret] = secrets
  if (!secret || algorithm === 'HS256') throw new TypeError('an asymmetric algorithm is needed')
  const jwk = await generatePrivateJwk(algorithm)
  const encrypted = seal(Buffer.from(JSON.stringify(jwk)), deriveKey(secret, KEY_INFO), jwk.kid)
  await queryable.query({
    text: `
      insert into countersign_signing_keys
        (kid, algorithm, public_jwk, encrypted_private_jwk, secret_version)
      values ($1, $2, $3, $4, $5)`,
    values: [jwk.kid, algorithm, JSON.stringify(publicJwk(jwk)), encrypted, secret.version],
  })
}

function decrypt(row: KeyRow, secrets: readonly RootSecret[]): PrivateJwk {
  const secret = secrets.find(({ version }) => version === row.secret_version)
  const plain = secret && open(row.encrypted_private_jwk, deriveKey(secret, KEY_INFO), row.kid)
  if (!plain) {
    throw new Error(
      'the signing key in the database was encrypted under another COUNTERSIGN_SECRET; configure that secret too, as in "2:new,1:old"',
    )
  }
  return JSON.parse(plain.toString()) as PrivateJwk
}
