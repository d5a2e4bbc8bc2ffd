import type { Database } from '../src/database/database.js'

/** Lets every signing key grow older: its clock is the database's, which tests cannot turn. */
export async function ageKeys(database: Database, seconds: number): Promise<void> {
  await database.query({
    text: `update countersign_signing_keys set
             created_at = created_at - make_interval(secs => $1),
             activates_at = activates_at - make_interval(secs => $1),
             retired_at = retired_at - make_interval(secs => $1)`,
    values: [seconds],
  })
}
