import {
  type Algorithm,
  deriveKey,
  generatePrivateJwk,
  type PrivateJwk,
  publicJwk,
  type RootSecret,
} from '@countersign/core'
import type { Queryable } from '../database/database.js'
import { open, seal } from './sealed-box.js'

const KEY_INFO = 'countersign/signing-keys/v1'
/** Whoever makes or withdraws keys does so alone. */
const ADVISORY_LOCK = 27_466_501

/**
 * Where a key stands by the database's clock, so that all servers agree.
 *
 * - `next`: published, does not sign yet
 * - `current`: signs
 * - `former`: signs no more; published until its last token has ended
 * - `ended`: its last token has ended
 * - `withdrawn`: taken back by hand
 */
export type KeyState = 'next' | 'current' | 'former' | 'ended' | 'withdrawn'

export interface KeyRow {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly state: KeyState
  readonly created_at: Date
  readonly activates_at: Date
  /** When a newer key begins, or began, to sign. */
  readonly superseded_at: Date | null
  readonly published_until: Date | null
  readonly encrypted_private_jwk: Uint8Array
  readonly secret_version: number
}

/** $1 algorithm (null: all), $2 seconds for which a key stays published after it signed. */
const SELECT = `
with clocked as materialized (
  select clock_timestamp() as now
),
ordered as (
  select k.*, lead(k.activates_at) over (
      -- A key that was withdrawn before it signed took over from none.
      partition by k.algorithm, k.retired_at is null or k.retired_at > k.activates_at
      order by k.activates_at, k.kid
    ) as next_activates_at
  from countersign_signing_keys k
  where $1::text is null or k.algorithm = $1
),
dated as (
  select o.*,
    case when o.retired_at is null then o.next_activates_at else o.retired_at end as superseded_at,
    coalesce(o.retired_at, o.next_activates_at + make_interval(secs => $2)) as published_until
  from ordered o
)
select d.kid, d.algorithm, d.created_at, d.activates_at, d.superseded_at, d.published_until,
  d.encrypted_private_jwk, d.secret_version,
  case
    when d.retired_at is not null then 'withdrawn'
    when d.activates_at > c.now then 'next'
    when d.superseded_at is null or d.superseded_at > c.now then 'current'
    when d.published_until > c.now then 'former'
    else 'ended'
  end as state
from dated d cross join clocked c
order by d.algorithm, d.activates_at desc, d.kid`

/** The keys of an algorithm, or all, the newest first. */
export function selectKeys(
  queryable: Queryable,
  algorithm: Algorithm | null,
  publishedAfterSeconds: number,
): Promise<KeyRow[]> {
  const values = [algorithm, publishedAfterSeconds]
  return queryable.query<KeyRow>({ name: 'countersign_keys', text: SELECT, values })
}

/** Lets no other process make or withdraw keys until the transaction ends. */
export async function lockKeys(transaction: Queryable): Promise<void> {
  await transaction.query({ text: 'select pg_advisory_xact_lock($1)', values: [ADVISORY_LOCK] })
}

export interface NewKey {
  readonly algorithm: Algorithm
  readonly secrets: readonly RootSecret[]
  /** Seconds until it signs. */
  readonly inSeconds: number
}

/** Makes a key, which rests encrypted under the newest root secret, and gives its `kid`. */
export async function insertKey(
  queryable: Queryable,
  { algorithm, secrets, inSeconds }: NewKey,
): Promise<string> {
  const [secret] = secrets
  if (!secret || algorithm === 'HS256') throw new TypeError('an asymmetric algorithm is needed')
  const jwk = await generatePrivateJwk(algorithm)
  const encrypted = seal(Buffer.from(JSON.stringify(jwk)), deriveKey(secret, KEY_INFO), jwk.kid)
  const publicPart = JSON.stringify(publicJwk(jwk))
  await queryable.query({
    text: `
      insert into countersign_signing_keys
        (kid, algorithm, public_jwk, encrypted_private_jwk, secret_version, activates_at)
      values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))`,
    values: [jwk.kid, algorithm, publicPart, encrypted, secret.version, inSeconds],
  })
  return jwk.kid
}

/** @throws Error that says what to configure if no root secret opens the key */
export function decryptKey(row: KeyRow, secrets: readonly RootSecret[]): PrivateJwk {
  const secret = secrets.find(({ version }) => version === row.secret_version)
  const plain = secret && open(row.encrypted_private_jwk, deriveKey(secret, KEY_INFO), row.kid)
  if (!plain) {
    throw new Error(
      'the signing key in the database was encrypted under another COUNTERSIGN_SECRET; configure that secret too, as in "2:new,1:old"',
    )
  }
  return JSON.parse(plain.toString()) as PrivateJwk
}

/** Destroys keys that have signed nothing for long: no token of theirs can be alive. */
export const PURGE_KEYS = `
delete from countersign_signing_keys k
where k.retired_at < clock_timestamp() - interval '30 days'
  or exists (
    select 1
    from countersign_signing_keys newer
    where newer.algorithm = k.algorithm
      and newer.retired_at is null
      and newer.activates_at > k.activates_at
      and newer.activates_at < clock_timestamp() - interval '30 days'
  )`
