/** A row of `countersign_revocations`. */
export interface RevocationRow {
  /** Whole number as text; grows, but rows may become visible in another order. */
  readonly id: string
  readonly at: Date
  /** Null: everything of the user with a smaller `ver`. */
  readonly session_id: string | null
  readonly user_id: string
  readonly user_ver: number | null
  /** The new role, where it is what changed. */
  readonly role: string | null
  readonly reason: string
}

/** The newest id that there is. */
export const LAST = `
select coalesce(max(id), 0)::text as id
from countersign_revocations`

/**
 * What came after an id, and what is younger than some seconds: ids become visible in the order of
 * commits, not of their numbers. $1 id, $2 seconds.
 */
export const READ = `
select id::text as id, at, session_id, user_id, user_ver, role, reason
from countersign_revocations
where id > $1::bigint or at > statement_timestamp() - make_interval(secs => $2)
order by countersign_revocations.id`
