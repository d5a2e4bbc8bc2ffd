import { randomBytes } from 'node:crypto'
import type { ClientScope } from '@countersign/core'
import { BY_CLI } from '../audit/act.js'
import type { Database } from '../database/database.js'
import { hashClientSecret } from './clients.js'

export interface ClientSummary {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly created_at: Date
}

export interface NewClient {
  readonly id: string
  readonly name?: string | undefined
  readonly scopes: readonly ClientScope[]
}

const LIST = `
select id, name, scopes, created_at
from countersign_clients
where auth_method <> 'none'
order by id`

const ADD = `
with added as (
  insert into countersign_clients (id, name, scopes, auth_method, secret_hash)
  values ($1, $2, $3, 'client_secret_basic', $4)
  on conflict (id) do nothing
  returning id, scopes
),
audited as (
  insert into countersign_audit (event, client_id, actor_id, detail)
  select 'client.added', a.id, $5, jsonb_build_object('scopes', a.scopes)
  from added a
)
select id from added`

/** Its sessions could not be refreshed any more, so they end with it. */
const REMOVE = `
with ended as (
  delete from countersign_sessions s
  where s.client_id = $1
  returning s.id, s.user_id, s.auth_session_id, s.revoked_at
),
announced as (
  insert into countersign_revocations (session_id, user_id, reason, act)
  select e.id, e.user_id, 'revoked', jsonb_build_object('actor', $2::text, 'client', $1::text)
  from ended e
  where e.revoked_at is null
),
forgotten as (
  delete from "session" a
  using ended e
  where a.id = e.auth_session_id
),
removed as (
  delete from countersign_clients
  where id = $1 and auth_method <> 'none'
  returning id
),
audited as (
  insert into countersign_audit (event, client_id, actor_id)
  select 'client.removed', r.id, $2
  from removed r
)
select id from removed`

/** What an operator does to clients. */
export function createClientAdmin(database: Database) {
  return {
    /** Confidential clients, by id. */
    list: () => database.query<ClientSummary>({ text: LIST }),

    /** Makes a client; gives its secret, which nobody can read again, or undefined if it is there. */
    async add({ id, name = '', scopes }: NewClient): Promise<string | undefined> {
      const secret = randomBytes(32).toString('base64url')
      const values = [id, name, scopes, hashClientSecret(secret), BY_CLI.actorId]
      const [added] = await database.query({ text: ADD, values })
      return added ? secret : undefined
    },

    /** False if there is no such client. */
    async remove(id: string): Promise<boolean> {
      const removed = await database.query({ text: REMOVE, values: [id, BY_CLI.actorId] })
      return removed.length > 0
    },
  }
}
