import { parseRootSecrets } from '@countersign/core'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { open, seal } from '../src/keys/sealed-box.js'
import { createKeyReader } from '../src/keys/signing-keys.js'
import { createServer } from '../src/server.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { bearer, callsTo, SECRET, type SessionBody, serverOptions } from './server-fixture.js'

const NEWER = '9876543210zyxwvutsrqponmlkjihgfedcba'

describe.each(DATABASES)('signing keys on %s', (_, openDatabase) => {
  let opened: TestDatabase
  let database: Database
  beforeEach(async () => {
    opened = await openDatabase()
    database = opened.database
  })
  afterEach(() => opened?.close())

  const load = (secret: string, algorithm: 'EdDSA' | 'ES256' = 'EdDSA') =>
    createKeyReader({
      database,
      algorithm,
      secrets: parseRootSecrets(secret),
      accessLifetimeSeconds: 900,
    }).readOrMake()
  const server = async (secret: string) =>
    callsTo(await createServer(serverOptions(database, { secret })))

  it('are one for all servers that start together on an empty database', async () => {
    const servers = await Promise.all(Array.from({ length: 4 }, () => server(SECRET)))

    const [account] = await Promise.all(servers.map((calls) => calls.signUp()))
    const sets = await Promise.all(servers.map(async (calls) => (await calls.get('/jwks')).text()))

    expect(new Set(sets).size).toBe(1)
    expect(JSON.parse(sets[0] ?? '').keys).toHaveLength(1)
    for (const calls of servers) {
      const { accessToken = '' } = account ?? {}
      expect((await calls.get('/me', bearer(accessToken))).status).toBe(200)
    }
  })

  it('cannot be read in their table', async () => {
    const { current } = await load(SECRET)
    const { d } = current.key.export({ format: 'jwk' })

    const rows = await database.query<Record<string, unknown>>({
      text: `select *, encode(encrypted_private_jwk, 'escape') as escaped,
               encode(encrypted_private_jwk, 'hex') as hex from countersign_signing_keys`,
    })
    const text = JSON.stringify(rows)

    expect(rows).toHaveLength(1)
    expect(rows[0]?.public_jwk).not.toHaveProperty('d')
    expect(d).toMatch(/^[\w-]{43}$/)
    expect(text).not.toContain(d)
    expect(text).not.toContain(Buffer.from(d ?? '', 'base64url').toString('hex'))
    expect(text).not.toContain('"d"')
  })

  it('are refused under another secret in a sentence that says what to do', async () => {
    await load(SECRET)

    for (const secret of [NEWER, `2:${NEWER}`, `2:${SECRET}`]) {
      await expect(load(secret)).rejects.toThrow(
        'the signing key in the database was encrypted under another COUNTERSIGN_SECRET; configure that secret too, as in "2:new,1:old"',
      )
    }
    await expect(load(SECRET)).resolves.toBeDefined()
  })

  it('and sessions live on when the secret is rotated', async () => {
    const before = await server(SECRET)
    const account = await before.signUp()

    const after = await server(`2:${NEWER},1:${SECRET}`)
    const refreshed = (await (await after.refresh(account.refreshToken)).json()) as SessionBody

    expect((await after.get('/me', bearer(account.accessToken))).status).toBe(200)
    expect(decodeProtectedHeader(refreshed.accessToken).kid).toBe(
      decodeProtectedHeader(account.accessToken).kid,
    )
    expect(refreshed.refreshToken).not.toBe(account.refreshToken)
    expect((await after.refresh(refreshed.refreshToken)).status).toBe(200)
  })

  it('let tokens of the newer secret in only where it is known', async () => {
    await server(SECRET)
    const newer = await server(`2:${NEWER},1:${SECRET}`)
    const { refreshToken } = await newer.signUp()

    const older = await server(SECRET)

    expect((await older.refresh(refreshToken)).status).toBe(401)
    expect((await newer.refresh(refreshToken)).status).toBe(200)
  })

  it('are another one for each algorithm', async () => {
    const [eddsa, es256] = [await load(SECRET), await load(SECRET, 'ES256')]

    expect(es256.current.kid).not.toBe(eddsa.current.kid)
    expect((await load(SECRET)).current.kid).toBe(eddsa.current.kid)
  })
})

describe('a sealed box', () => {
  const key = Buffer.alloc(32, 7)
  const plain = Buffer.from('the private key')
  const flip = (box: Buffer, at: number) => {
    const other = Buffer.from(box)
    other[at] = (other[at] ?? 0) ^ 1
    return other
  }

  it('opens with its key and context, and never looks the same', () => {
    const box = seal(plain, key, 'kid')

    expect(open(box, key, 'kid')).toEqual(plain)
    expect(seal(plain, key, 'kid')).not.toEqual(box)
    expect(box.includes(plain)).toBe(false)
  })

  it('stays shut for another key, another context and any changed bit', () => {
    const box = seal(plain, key, 'kid')

    expect(open(box, Buffer.alloc(32, 8), 'kid')).toBeUndefined()
    expect(open(box, key, 'other')).toBeUndefined()
    for (const [at] of box.entries()) expect(open(flip(box, at), key, 'kid')).toBeUndefined()
  })

  it('stays shut when it is cut', () => {
    const box = seal(plain, key, 'kid')

    for (const length of [0, 1, 12, 27, 28, box.length - 1]) {
      expect(open(box.subarray(0, length), key, 'kid')).toBeUndefined()
    }
  })
})
