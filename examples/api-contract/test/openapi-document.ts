/** The part of an OpenAPI document that says what can be asked and answered. */
export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components?: { readonly schemas?: Record<string, Schema> }
}

type Schema = Record<string, unknown>

interface Operation {
  readonly parameters?: readonly Schema[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> }
  readonly responses: Record<string, { readonly content?: Record<string, { schema: Schema }> }>
}

/** One route, as a test walks through it. */
export interface Route {
  readonly method: string
  readonly path: string
  /** Whether it is about one row of a user. */
  readonly ofRow: boolean
  readonly body: Record<string, unknown> | undefined
  readonly statuses: readonly number[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** Every route behind a token. */
export function routesOf(document: OpenApi): Route[] {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'))
  return paths.flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      if (!operation) return []
      const schema = operation.requestBody?.content['application/json']?.schema
      return [
        {
          method: method.toUpperCase(),
          path,
          ofRow: path.includes('{id}'),
          body: schema && exampleOf(schema),
          statuses: Object.keys(operation.responses).map(Number),
        },
      ]
    }),
  )
}

function exampleOf(schema: Schema): Record<string, unknown> {
  const properties = Object.entries(schema.properties as Record<string, Schema>)
  const examples: Record<string, unknown> = { string: 'an example', boolean: true, integer: 1 }
  return Object.fromEntries(properties.map(([name, { type }]) => [name, examples[String(type)]]))
}

/** What two implementations have to agree on: paths, methods, parameters, bodies and answers. */
export function contractOf(document: OpenApi): unknown {
  return mapValues(document.paths, ({ parameters: shared, ...item }) =>
    mapValues(item, (operation) => ({
      parameters: [...((shared as unknown as Schema[]) ?? []), ...(operation.parameters ?? [])]
        .map(({ name, in: place, required = false, schema }) => ({
          ...{ name, place, required },
          schema: plain(schema, document),
        }))
        .sort((a, b) => String(a.name).localeCompare(String(b.name))),
      body: plain(operation.requestBody?.content, document),
      answers: mapValues(operation.responses, ({ content }) => plain(content, document)),
    })),
  )
}

/** Notes for readers, which differ; `default` stays. */
const NOTES = new Set(['title', 'description', '$schema', 'examples'])
/** What a generator says because JavaScript has no greater integers. */
const DEFAULTS: Record<string, unknown> = {
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
}

function plain(value: unknown, document: OpenApi, isProperties = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(entry, document))
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as { $ref?: string }
  if ($ref !== undefined) return plain(document.components?.schemas?.[nameOf($ref)], document)
  const kept = Object.entries(value).filter(
    ([name, member]) => isProperties || !(NOTES.has(name) || DEFAULTS[name] === member),
  )
  const entries = kept.map(([name, member]) => [
    name,
    plain(member, document, name === 'properties'),
  ])
  const object = Object.fromEntries(entries) as Schema
  // Two spellings of one thing: `type` may be a list (JSON Schema 2020-12).
  const types = (object.anyOf as Schema[] | undefined)?.map(({ type }) => type)
  if (types?.every((type) => typeof type === 'string')) return { type: types }
  if (Array.isArray(object.required)) object.required = [...object.required].sort()
  return object
}

const nameOf = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1)

function mapValues<T, U>(object: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]))
}
