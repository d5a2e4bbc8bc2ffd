import { z } from 'zod'

const MAX_TITLE = 200

/** JSON Schema, PostgreSQL and Python count characters; JavaScript counts halves of some. */
const hasFitting = (text: string) => [...text].length <= MAX_TITLE

const title = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .refine(hasFitting, `must be at most ${MAX_TITLE} characters`)
  // PostgreSQL stores no NUL in text, and a half of a surrogate pair would become another character.
  .refine((text) => !/[\0\p{Surrogate}]/u.test(text), 'must be text without NUL')
  .meta({ maxLength: MAX_TITLE })

/** Body of `POST /api/v1/tasks`. */
export const newTask = z.strictObject({ title })

/** Body of `PATCH /api/v1/tasks/{id}`: at least one of the two. */
export const taskChange = z
  .strictObject({ title: title.optional(), done: z.boolean().optional() })
  .refine((change) => change.title !== undefined || change.done !== undefined, {
    message: 'must contain title or done',
  })
  .meta({ minProperties: 1 })
export type TaskChange = z.infer<typeof taskChange>

const instant = z.string().meta({ format: 'date-time' })
const count = z.int().min(0)
const seconds = z.number()

/** Answers, for the OpenAPI document. */
export const task = z.object({
  id: z.string().meta({ format: 'uuid' }),
  title: z.string(),
  done: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
})

export const taskPage = z.object({
  tasks: z.array(task),
  nextCursor: z.string().nullable(),
  counts: z.object({ open: count, done: count, total: count }),
})

export const me = z.object({
  userId: z.string(),
  email: z.string(),
  role: z.string(),
  sessionId: z.string(),
  tokenId: z.string(),
  clientId: z.string(),
  issuedAt: seconds,
  expiresAt: seconds,
  iat: seconds,
  exp: seconds,
})

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
})
