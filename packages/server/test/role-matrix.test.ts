import { parseRootSecrets } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { createUsers } from '../src/users/users.js'
import { API } from './feed-fixture.js'
import { type Operation, operationsOf, type Schema } from './openapi-operations.js'
import { ROLE_MATRIX, ROLES, type Role } from './role-matrix.js'
import {
  basic,
  bearer,
  CLIENT,
  newEmail,
  PASSWORD,
  SECRET,
  type SessionBody,
  startServer,
  type TestServer,
} from './server-fixture.js'
import { sessionFixture } from './session-fixture.js'

/** Codes that say who may not. Whatever else is answered, the caller was let in. */
const KEPT_OUT = new Set([
  'missing_token',
  'invalid_token',
  'refresh_invalid',
  'session_ended',
  'insufficient_role',
  'insufficient_scope',
  'invalid_client',
  'csrf_rejected',
  'not_found',
])

let server: TestServer
let fixture: ReturnType<typeof sessionFixture>
let operations: readonly Operation[]
let resolve: (schema: Schema) => Schema
beforeAll(async () => {
  server = await startServer({ clients: [CLIENT, API] })
  const [key] = refreshTokenKeys(parseRootSecrets(SECRET))
  fixture = sessionFixture(server.database, { key })
  ;({ operations, resolve } = await operationsOf(server))
})
afterAll(async () => {
  await server?.server.close()
  await server?.close()
})

/** Whom a call is about, and what the caller has. */
interface Cast {
  readonly userId: string
  readonly sessionId: string
  readonly token: string | undefined
  readonly headers: Record<string, string>
}

async function castOf(role: Role): Promise<Cast> {
  const own = await fixture.signIn()
  const { userId } = own
  const { id: sessionId } = await fixture.signIn({ userId })
  const about = { userId, sessionId }
  switch (role) {
    case 'nobody':
      return { ...about, token: undefined, headers: {} }
    case 'access':
      return { ...about, token: undefined, headers: bearer(await accessTokenOf(own.token)) }
    case 'client':
      return { ...about, token: undefined, headers: basic(API.id, API.secret) }
    case 'forged': {
      const Cookie = `__Host-cs_refresh=${own.token}`
      const headers = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site', Cookie }
      return { ...about, token: undefined, headers }
    }
    case 'owner':
      return { ...about, token: own.token, headers: bearer(own.token) }
    case 'stranger': {
      const { token } = await fixture.signIn()
      return { ...about, token, headers: bearer(token) }
    }
    case 'admin': {
      const { token, userId: adminId } = await fixture.signIn()
      await createUsers(server).setRole(adminId, 'admin')
      return { ...about, token, headers: bearer(token) }
    }
  }
}

async function accessTokenOf(refreshToken: string): Promise<string> {
  return ((await (await server.refresh(refreshToken)).json()) as SessionBody).accessToken
}

/** A value that the schema takes, as far as authorization cares. */
function sample(name: string, given: Schema, cast: Cast): unknown {
  const schema = resolve(given)
  const { token } = cast
  if (/^(refreshToken|refresh_token)$/.test(name)) return token ?? 'csr_none'
  if (name === 'token') return token ?? 'none'
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const variants = schema.anyOf ?? schema.oneOf
  if (variants?.[0]) return sample(name, variants[0], cast)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? [])
          .filter((member) => schema.properties?.[member])
          .map((member) => [member, sample(member, schema.properties?.[member] ?? {}, cast)]),
      )
    case 'array':
      return []
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return 1
    default:
      if (schema.format === 'email') return newEmail()
      return schema.format === 'password' ? PASSWORD : '0123456789'
  }
}

function requestOf({ method, path, body }: Operation, cast: Cast) {
  const { userId, sessionId, headers, token } = cast
  const ids: Record<string, string> = {
    id: path.startsWith('/admin/users') ? userId : sessionId,
    session: sessionId,
  }
  const real = path.replace(/\{(\w+)\}/g, (_all, name) => ids[name] ?? 'google')
  if (!body) return { method, path: real, init: { headers } }
  const members = { ...(sample('', body.schema, cast) as object), ...WORTH_ASKING[path] }
  const isForm = body.type.includes('form')
  // Whoever has no token to put into the body sends none.
  const isEmpty = !isForm && token === undefined && 'refreshToken' in members
  if (isEmpty) return { method, path: real, init: { headers } }
  const text = isForm
    ? new URLSearchParams(members as Record<string, string>).toString()
    : JSON.stringify(members)
  const init = { headers: { ...headers, 'Content-Type': body.type }, body: text }
  return { method, path: real, init }
}

/** Bodies that mean something, where the smallest one would be refused before anybody is asked who. */
const WORTH_ASKING: Record<string, object> = {
  '/admin/users/{id}': { role: 'editor' },
}

async function outcome(operation: Operation, role: Role): Promise<string> {
  const { method, path, init } = requestOf(operation, await castOf(role))
  const answer = await server.call(method, path, init)
  const text = await answer.text()
  if (answer.ok || answer.status === 302 || answer.status === 303) return 'in'
  const { code, error } = JSON.parse(text) as { code?: string; error?: string }
  // The words of RFC 6749 for it.
  if (answer.status === 403 && error === 'invalid_request') return 'csrf_rejected'
  const reason = code ?? error ?? ''
  return KEPT_OUT.has(reason) ? reason : 'in'
}

describe('who may call what', () => {
  it('is said for every route of the OpenAPI document', () => {
    const names = operations.map(({ name }) => name)

    expect(names.filter((name) => !(name in ROLE_MATRIX))).toEqual([])
    expect(Object.keys(ROLE_MATRIX).filter((name) => !names.includes(name))).toEqual([])
  })

  it.each(ROLES)('holds for %s on every route', async (role) => {
    const met: Record<string, string> = {}
    const said: Record<string, string | undefined> = {}
    for (const operation of operations) {
      met[operation.name] = await outcome(operation, role)
      said[operation.name] = ROLE_MATRIX[operation.name]?.[role]
    }

    expect(met).toEqual(said)
  })
})
