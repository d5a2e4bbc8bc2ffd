import { z } from 'zod'

/** A task as it is stored and answered. Instants are ISO 8601 in JSON. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly done: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A place in the list: the creation time (ms) and id of the last task seen. */
export interface Cursor {
  readonly createdAtMs: number
  readonly id: string
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const CURSOR = new RegExp(`^(\\d{1,13})_(${UUID})$`)

const cursor = z.string().transform((text, context): Cursor => {
  const [, createdAtMs, id] = CURSOR.exec(text) ?? []
  if (createdAtMs !== undefined && id !== undefined) return { createdAtMs: Number(createdAtMs), id }
  context.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
  return z.NEVER
})

/** Query of `GET /api/v1/tasks`. */
export const listQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number from 1 to 100')
    .transform(Number)
    .pipe(z.number().min(1, 'must be at least 1').max(100, 'must be at most 100'))
    .default(50),
  cursor: cursor.optional(),
})
export type ListQuery = z.infer<typeof listQuery>

/** Whether a path segment can be the id of a task. */
export function isTaskId(text: string): boolean {
  return new RegExp(`^${UUID}$`, 'i').test(text)
}

/** The cursor of the tasks after this one. */
export function cursorAfter(task: Task): string {
  return `${task.createdAt.getTime()}_${task.id}`
}
