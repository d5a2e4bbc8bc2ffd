import type { TestServer } from './server-fixture.js'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: Schema
}

/** An operation of the server's own OpenAPI document. */
export interface Operation {
  /** `post /login`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Media type and schema of the body, if it takes one. */
  readonly body: { readonly type: string; readonly schema: Schema } | undefined
  readonly statuses: readonly number[]
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface DocumentOperation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> }
  readonly responses: Readonly<Record<string, unknown>>
}

/** Every operation that the server says it has, and what its schemas refer to. */
export async function operationsOf(server: Pick<TestServer, 'get'>) {
  const document = (await (await server.get('/openapi.json')).json()) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
      return {
        name: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        body: type && media ? { type, schema: media.schema } : undefined,
        statuses: Object.keys(operation.responses).map(Number),
      }
    }),
  )
  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1)
    return (name && document.components.schemas[name]) || schema
  }
  return { operations, resolve }
}
