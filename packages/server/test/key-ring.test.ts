import { parseRootSecrets } from '@countersign/core'
import { decodeProtectedHeader } from 'jose'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { rotateKeys } from '../src/keys/change-keys.js'
import { type KeyRing, type KeyRingOptions, openKeyRing } from '../src/keys/key-ring.js'
import { PUBLISHED_BEFORE_SECONDS } from '../src/keys/key-times.js'
import { createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import { ageKeys } from './key-fixture.js'
import { bearer, callsTo, SECRET, serverOptions, watched } from './server-fixture.js'

const SHARED = ['the newer secret that the APIs hold', 'the older secret that the APIs hold']
const METADATA = '/.well-known/oauth-authorization-server/api/auth'

let opened: TestDatabase
let database: Database
let ring: KeyRing | undefined
beforeAll(async () => {
  opened = await postgres()
  database = opened.database
})
beforeEach(() => database.query({ text: 'delete from countersign_signing_keys' }))
afterEach(() => ring?.close())
afterAll(() => opened?.close())

const secrets = parseRootSecrets(SECRET)
const rotate = (now = false) =>
  rotateKeys({ database, secrets, algorithm: 'EdDSA', accessLifetimeSeconds: 900, now })
async function open(given: Partial<KeyRingOptions> = {}): Promise<KeyRing> {
  ring = await openKeyRing({
    database,
    secrets,
    algorithm: 'EdDSA',
    accessLifetimeSeconds: 900,
    log: pino({ level: 'silent' }),
    ...given,
  })
  return ring
}
const kids = ({ verification }: KeyRing) => verification.map(({ kid }) => kid).sort()

describe('the keys of a running server', () => {
  it('follow the database when they are read again, and not before', async () => {
    const keys = await open()
    const old = keys.current.kid

    const { kid } = await rotate()
    expect(kids(keys)).toEqual([old])
    await keys.reload()
    expect([keys.current.kid, kids(keys)]).toEqual([old, [old, kid].sort()])

    await ageKeys(database, PUBLISHED_BEFORE_SECONDS)
    await keys.reload()
    expect([keys.current.kid, kids(keys)]).toEqual([kid, [old, kid].sort()])
  })

  it('are read again by themselves, until they are closed', async () => {
    const seen = watched(database)
    const keys = await open({ database: seen, reloadSeconds: 0.02 })
    const { kid } = await rotate(true)

    await expect.poll(() => keys.current.kid, { timeout: 20_000 }).toBe(kid)
    keys.close()
    await keys.reload()
    const looks = seen.statements.length
    await new Promise((resolve) => setTimeout(resolve, 100))

    expect(seen.statements).toHaveLength(looks)
  })

  it('are the same objects as long as nothing changes, so that nothing is done twice', async () => {
    const keys = await open()
    const { verification, jwks, current } = keys

    await keys.reload()
    expect([keys.verification === verification, keys.jwks === jwks]).toEqual([true, true])

    await rotate()
    await keys.reload()
    expect(keys.verification).not.toBe(verification)
    expect(keys.current).toBe(current)
  })

  it('stay as they were when they cannot be read, and the log hears of it', async () => {
    const lines: string[] = []
    const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
    let isDown = false
    const query: Database['query'] = (statement) =>
      isDown ? Promise.reject(new Error('down')) : database.query(statement)
    const keys = await open({ database: { ...database, query }, log })
    const { current } = keys
    await rotate(true)

    isDown = true
    await keys.reload()
    expect(keys.current).toBe(current)
    expect(lines.join()).toContain('keys were not read again')

    isDown = false
    await keys.reload()
    expect(keys.current).not.toBe(current)
  })

  it('are read once by all who ask at the same time', async () => {
    const seen = watched(database)
    const keys = await open({ database: seen })
    seen.statements.length = 0

    await Promise.all(Array.from({ length: 20 }, () => keys.reload()))

    expect(seen.statements).toHaveLength(1)
  })

  it('are looked for again at most every five seconds, whoever asks', async () => {
    let now = 1_000
    const seen = watched(database)
    const keys = await open({ database: seen, now: () => now })
    seen.statements.length = 0

    expect(await keys.lookAgain()).toBe(false)
    await rotate(true)
    now += 4
    expect(await keys.lookAgain()).toBe(false)
    expect(seen.statements).toHaveLength(1)

    now += 2
    expect(await keys.lookAgain()).toBe(true)
    expect(seen.statements).toHaveLength(2)
  })
})

describe('two servers', () => {
  it('understand each other although one has not heard of the new key', async () => {
    const [one, two] = await Promise.all([
      createServer(serverOptions(database)),
      createServer(serverOptions(database)),
    ])
    const { kid } = await rotate(true)
    await one.reloadKeys()

    const { accessToken } = await callsTo(one).signUp()
    const seen = await callsTo(two).get('/me', bearer(accessToken))
    await Promise.all([one.close(), two.close()])

    expect(decodeProtectedHeader(accessToken).kid).toBe(kid)
    expect(seen.status).toBe(200)
  })

  it('publish the new key set with another tag', async () => {
    const server = await createServer(serverOptions(database))
    const { get } = callsTo(server)
    const before = await get('/jwks')
    const { kid } = await rotate()
    await server.reloadKeys()

    const after = await get('/jwks', { 'If-None-Match': before.headers.get('etag') ?? '' })
    await server.close()

    expect(after.status).toBe(200)
    expect(JSON.stringify(await after.json())).toContain(kid)
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
  })
})

describe('shared secrets', () => {
  it('sign with the first, let tokens of all in, and are all named in the metadata', async () => {
    const [newer = '', older = ''] = SHARED
    const given = { algorithm: 'HS256' } as const
    const before = callsTo(
      await createServer(serverOptions(database, { ...given, jwtSecret: older })),
    )
    const after = callsTo(
      await createServer(serverOptions(database, { ...given, jwtSecret: SHARED })),
    )
    const alone = callsTo(
      await createServer(serverOptions(database, { ...given, jwtSecret: newer })),
    )
    const old = await before.signUp()
    const fresh = await after.signUp()

    const metadata = await (await after.get(METADATA)).json()

    const hs256 = [fresh, old].map(({ accessToken }) => decodeProtectedHeader(accessToken).kid)
    expect(metadata.countersign_hs256_kids).toEqual(hs256)
    expect((await after.get('/me', bearer(old.accessToken))).status).toBe(200)
    expect((await alone.get('/me', bearer(old.accessToken))).status).toBe(401)
    expect((await alone.get('/me', bearer(fresh.accessToken))).status).toBe(200)
  })
})
