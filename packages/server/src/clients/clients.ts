import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClientScope } from '@countersign/core'
import type { Database } from '../database/database.js'

export interface Client {
  readonly id: string
  readonly scopes: readonly string[]
}

interface ClientRow extends Client {
  readonly secret_hash: Uint8Array | null
}

/** Seconds for which a client's row is believed, so that a refresh stays one statement. */
const CACHE_SECONDS = 30

/** A start that changes nothing leaves no line in the audit log. */
const PUT = `
with put as (
  insert into countersign_clients as c (id, auth_method, secret_hash, scopes)
  values ($1, 'client_secret_basic', $2, $3)
  on conflict (id) do update
  set auth_method = excluded.auth_method, secret_hash = excluded.secret_hash,
    scopes = excluded.scopes
  where (c.auth_method, c.secret_hash, c.scopes)
    is distinct from (excluded.auth_method, excluded.secret_hash, excluded.scopes)
  returning id, scopes
)
insert into countersign_audit (event, client_id, actor_id, detail)
select 'client.changed', p.id, 'system:server', jsonb_build_object('scopes', p.scopes)
from put p`

export type Clients = ReturnType<typeof createClients>

/** Programs that may speak for themselves: rows of `countersign_clients`. */
export function createClients(database: Database, now: () => number = () => Date.now() / 1000) {
  const cache = new Map<string, { readonly row: ClientRow; readonly until: number }>()

  const find = async (id: string): Promise<ClientRow | undefined> => {
    const cached = cache.get(id)
    if (cached && cached.until > now()) return cached.row
    cache.delete(id)
    const [row] = await database.query<ClientRow>({
      name: 'countersign_client',
      text: 'select id, secret_hash, scopes from countersign_clients where id = $1',
      values: [id],
    })
    if (row) cache.set(id, { row, until: now() + CACHE_SECONDS })
    return row
  }

  return {
    /** The client, if it exists and this is its secret. */
    async authenticate(id: string, secret: string): Promise<Client | undefined> {
      const row = await find(id)
      if (!row?.secret_hash) return undefined
      return timingSafeEqual(row.secret_hash, hashClientSecret(secret)) ? row : undefined
    },

    /** Makes a confidential client, or gives it another secret and other scopes. */
    async put(id: string, secret: string, scopes: readonly ClientScope[] = []): Promise<void> {
      cache.delete(id)
      await database.query({
        text: PUT,
        values: [id, hashClientSecret(secret), scopes],
      })
    },
  }
}

/** A client secret has 256 random bits, so that a plain hash protects it at rest. */
export function hashClientSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
