import { type ErrorCode, PROBLEMS } from '@countersign/core'
import { z } from 'zod'
import { me, newTask, problem, task, taskChange, taskPage } from './task-schemas.js'

/** The contract of this API, from the schemas that validate. `examples/api-fastapi` has the same. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Tasks', version: '1' },
    security: [{ accessToken: [] }],
    paths: {
      '/health': {
        get: {
          security: [],
          responses: { 200: json(status, 'It works'), ...problems('service_unavailable') },
        },
      },
      '/api/v1/auth/me': {
        get: { responses: { 200: json(me, 'Who the token speaks for'), ...refusals() } },
      },
      '/api/v1/tasks': { get: listTasks(), post: createTask() },
      '/api/v1/tasks/{id}': {
        parameters: [taskId],
        get: readTask(),
        patch: changeTask(),
        delete: removeTask(),
      },
    },
    components: {
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

const status = z.object({ status: z.literal('ok') })

const taskId = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
}

const listTasks = () => ({
  parameters: [
    {
      name: 'limit',
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    },
    { name: 'cursor', in: 'query', schema: { type: 'string' } },
  ],
  responses: { 200: json(taskPage, 'Newest first'), ...refusals('invalid_request') },
})

const createTask = () => ({
  requestBody: body(newTask),
  responses: { 201: json(task, 'The new task'), ...refusals(...OF_BODIES) },
})

const readTask = () => ({ responses: { 200: json(task, 'The task'), ...refusals('not_found') } })

const changeTask = () => ({
  requestBody: body(taskChange),
  responses: { 200: json(task, 'The task as it is now'), ...refusals('not_found', ...OF_BODIES) },
})

const removeTask = () => ({
  responses: { 204: { description: 'It is gone' }, ...refusals('not_found') },
})

const OF_BODIES = ['invalid_request', 'payload_too_large', 'unsupported_media_type'] as const

/** What every route behind a token may answer. */
const OF_TOKENS = ['invalid_token', 'rate_limited', 'service_unavailable'] as const

const refusals = (...codes: ErrorCode[]) => problems(...codes, ...OF_TOKENS)

function problems(...codes: ErrorCode[]): Record<number, object> {
  const entries = codes.map((code) => [
    PROBLEMS[code].status,
    answer('application/problem+json', problem, code),
  ])
  return Object.fromEntries(entries)
}

const body = (schema: z.ZodType) => ({
  required: true,
  content: { 'application/json': { schema: jsonSchema(schema) } },
})

const json = (schema: z.ZodType, description: string) =>
  answer('application/json', schema, description)

const answer = (mediaType: string, schema: z.ZodType, description: string) => ({
  description,
  content: { [mediaType]: { schema: jsonSchema(schema) } },
})

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
