/**
 * Ownership of one row, where no policy of the database has decided it already.
 * @module
 */
import { type Identity, problemResponse } from '@countersign/core'

/**
 * There is no such row for this user. Hono answers it by itself, Express and Fastify by its status;
 * `getResponse` is the whole problem.
 */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
  readonly code = 'not_found'
  readonly status = 404
  readonly statusCode = 404

  /** The answer: 404 `not_found`. */
  getResponse(): Response {
    return problemResponse(this.code)
  }
}

/**
 * The row, if it is there and its column holds the user's id. A row of another user and no row at
 * all are the same error, so that nobody learns which ids exist.
 *
 * ```ts
 * const { rows } = await tx.query<TaskRow>('select * from tasks where id = $1', [id])
 * const task = requireOwner(rows[0], identity, 'user_id')
 * ```
 * @throws NotFoundError `not_found`
 */
export function requireOwner<Row extends object>(
  row: Row | null | undefined,
  identity: Pick<Identity, 'userId'>,
  column: keyof Row & string,
): Row {
  if (row && identity.userId !== '' && row[column] === identity.userId) return row
  throw new NotFoundError('there is no such row of this user')
}
