import fc from 'fast-check'
import type { Operation, Schema } from './openapi-operations.js'

/** A request that nobody honest sends, or nearly one that somebody does. */
export interface HostileRequest {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | Uint8Array | undefined
}

/**
 * Names in the place of tokens, so that whoever sends a request can put in some that still work: those
 * before them end sessions.
 */
const TOKENS = ['{{owner}}', '{{access}}', '{{admin}}', '{{stranger}}', '{{broken}}'] as const

/** What a stranger may have got hold of. */
export interface Loot {
  readonly emails: readonly string[]
  readonly ids: readonly string[]
  readonly client: string
}

const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '%00',
  '%',
  '%%',
  '%E0%A4%A',
  '..%2f..%2f',
  '../../etc/passwd',
  "' or 1=1 --",
  '\'; drop table "user"; --',
  '$1',
  '{}',
  '[]',
  'null',
  'NaN',
  '1e999',
  '-1',
  '9007199254740993',
  '2147483648',
  '99999999999999999999',
  '1970-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59Z',
  '-000001-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '__proto__',
  'constructor',
  'toString',
  '\u202e',
  '\u0000\uffff',
  'ﬁ',
  'İ',
  'ada@example.com',
  '"a@b"@example.com',
  'a@b,c@d',
  'ada\uff20example.com',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'WyJ4IiwieSJd',
  'WyIyMDMwLTAxLTAxVDAwOjAwOjAwLjAwMDAwMFoiLCI5OTk5OTk5OTk5OTk5OTk5OTkiXQ',
  'W10',
  'javascript:alert(1)',
  '//evil.example',
  'http://169.254.169.254/',
  'file:///etc/passwd',
  '\r\nSet-Cookie: a=b',
  'x'.repeat(300),
  'x'.repeat(5_000),
  'é'.repeat(1_000),
] as const

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/jsonp',
  '',
] as const

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'] as const
const ORIGINS = [
  'https://app.example.com',
  'https://auth.example.com',
  'https://evil.example',
  'null',
  'https://app.example.com.evil.example',
  'HTTPS://APP.EXAMPLE.COM',
  'file://',
] as const

/** A value that a header can carry at all. */
const headerSafe = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')

/** Requests against the operations of a document. */
export function hostileRequests(
  operations: readonly Operation[],
  resolve: (schema: Schema) => Schema,
  loot: Loot,
): fc.Arbitrary<HostileRequest> {
  const word = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 2, arbitrary: fc.constantFrom(...TOKENS, ...loot.emails, ...loot.ids) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  )
  const anything = fc.oneof(
    word,
    fc.jsonValue({ maxDepth: 2 }),
    fc.double(),
    fc.bigInt().map(String),
  )

  /** Mostly what the schema asks for, so that what lies behind it is reached. */
  const valueFor = (given: Schema): fc.Arbitrary<unknown> => {
    const schema = resolve(given)
    const proper = properValue(schema)
    return fc.oneof({ weight: 5, arbitrary: proper }, { weight: 2, arbitrary: anything })
  }
  const properValue = (schema: Schema): fc.Arbitrary<unknown> => {
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    const variants = schema.anyOf ?? schema.oneOf
    if (variants) return fc.oneof(...variants.map(valueFor))
    switch ([schema.type].flat()[0]) {
      case 'object':
        return members(schema)
      case 'array':
        return fc.array(valueFor(schema.items ?? {}), { maxLength: 3 })
      case 'boolean':
        return fc.boolean()
      case 'integer':
      case 'number':
        return fc.integer({ min: -2, max: 300 })
      default:
        return schema.format === 'email' ? fc.constantFrom(...loot.emails) : word
    }
  }
  const members = (schema: Schema): fc.Arbitrary<unknown> => {
    const named = Object.entries(schema.properties ?? {})
    const model = Object.fromEntries(named.map(([name, member]) => [name, valueFor(member)]))
    const whole = fc.record(model, { requiredKeys: [...(schema.required ?? [])] })
    const partly = fc.record(model, { requiredKeys: [] })
    const more = fc
      .tuple(partly, fc.constantFrom('userId', 'role', 'id', 'ver', '__proto__', 'x'), anything)
      .map(([known, name, value]) => Object.assign(Object.create(null), known, { [name]: value }))
    return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: partly }, more)
  }

  const bodyOf = ({ body }: Operation): fc.Arbitrary<HostileRequest['body']> => {
    const written = valueFor(body?.schema ?? {}).map((value) =>
      body?.type.includes('form') ? formText(value) : jsonText(value),
    )
    return fc.oneof(
      { weight: 8, arbitrary: written },
      { weight: 1, arbitrary: written.map((text) => text.slice(0, -1)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('['.repeat(30_000), ' '.repeat(70_000), '{"a":1e400}'),
      },
      { weight: 1, arbitrary: fc.constant(undefined) },
    )
  }

  const authorization = fc.oneof(
    fc.constantFrom(...TOKENS).map((token) => `Bearer ${token}`),
    word.map((text) => `Bearer ${text}`),
    word.map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
    fc.constant(loot.client),
    word,
  )
  const cookie = fc.oneof(
    fc.constantFrom(...TOKENS).map((token) => `__Host-cs_refresh=${token}`),
    word.map(
      (text) => `__Host-cs_refresh=${text}; __Host-cs_device=${text}; __Host-cs_social=${text}`,
    ),
  )
  const header = fc.oneof(
    fc.tuple(fc.constant('Authorization'), authorization),
    fc.tuple(fc.constant('Authorization'), authorization),
    fc.tuple(fc.constant('Cookie'), cookie),
    fc.tuple(fc.constant('Origin'), fc.constantFrom(...ORIGINS)),
    fc.tuple(fc.constantFrom('Sec-Fetch-Site'), fc.constantFrom('same-origin', 'cross-site', '')),
    fc.tuple(
      fc.constantFrom(
        'X-Forwarded-For',
        'X-Forwarded-Host',
        'Countersign-User-IP',
        'Countersign-User-Agent',
        'Countersign-Device',
        'User-Agent',
        'If-None-Match',
        'Last-Event-ID',
        'Accept',
        'X-Countersign',
        'X-HTTP-Method-Override',
      ),
      word,
    ),
  )

  const requestTo = (operation: Operation): fc.Arbitrary<HostileRequest> =>
    fc
      .record({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant(operation.method) },
          { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
        ),
        path: pathOf(operation, word, loot),
        headers: fc.array(header, { maxLength: 4 }),
        type: fc.oneof(
          { weight: 8, arbitrary: fc.constant(operation.body?.type ?? 'application/json') },
          { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
        ),
        body: bodyOf(operation),
      })
      .map(({ method, path, headers, type, body }) => {
        const sent = method === 'GET' || method === 'HEAD' ? undefined : body
        const own = sent === undefined ? [] : [['Content-Type', type] as const]
        const named = new Map([
          ...own,
          ...headers.map(([name, value]) => [name, headerSafe(value)] as const),
        ])
        return { operation: operation.name, method, path, headers: [...named], body: sent }
      })

  return fc.constantFrom(...operations).chain(requestTo)
}

function pathOf(operation: Operation, word: fc.Arbitrary<string>, loot: Loot) {
  const query = operation.parameters.filter((parameter) => parameter.in === 'query')
  const value = fc.oneof(word, fc.constantFrom(...loot.ids))
  const names = query.length > 0 ? query.map(({ name }) => name) : ['x']
  return fc
    .tuple(
      fc.array(value, { minLength: 3, maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 }),
    )
    .map(([ids, pairs]) => {
      let next = 0
      const path = operation.path.replace(/\{\w+\}/g, () => encoded(ids[next++] ?? ''))
      const text = pairs.map(([name, given]) => `${name}=${encoded(given)}`).join('&')
      return text ? `${path}?${text}` : path
    })
}

/** What is well-formed is escaped; what is not goes as it is, as far as an address can hold it. */
function encoded(text: string): string {
  if (/^%/.test(text)) return text
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
}

/** JSON as text can be it: with halves of characters and members of any name. */
function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined'
}

function formText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([name, member]) => [name, String(member)])
  return new URLSearchParams(pairs).toString()
}
