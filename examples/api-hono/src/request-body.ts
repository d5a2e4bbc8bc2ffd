import type { Context } from 'hono'
import type { z } from 'zod'
import { Refusal } from './refusal.js'

/**
 * Reads and checks a JSON body.
 * Throws 415 `unsupported_media_type` and 400 `invalid_request` with the first broken rule.
 */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') {
    throw new Refusal('unsupported_media_type', { detail: 'send application/json' })
  }
  return check(schema, parseJson(await c.req.arrayBuffer()))
}

/** Checks a value from the network. Throws 400 `invalid_request` with the first broken rule. */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.')
  const rule = issue?.message ?? 'is not valid'
  throw new Refusal('invalid_request', { detail: field ? `${field}: ${rule}` : rule })
}

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Refusal('invalid_request', { detail: 'the body is not valid JSON' })
  }
}
