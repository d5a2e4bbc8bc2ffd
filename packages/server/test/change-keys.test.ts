import { parseRootSecrets } from '@countersign/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { listKeys, retireKey, rotateKeys } from '../src/keys/change-keys.js'
import { PURGE_KEYS } from '../src/keys/key-rows.js'
import {
  KEY_SET_MAX_AGE_SECONDS,
  PUBLISHED_BEFORE_SECONDS,
  publishedAfterSeconds,
} from '../src/keys/key-times.js'
import { createKeyReader } from '../src/keys/signing-keys.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { ageKeys } from './key-fixture.js'
import { SECRET } from './server-fixture.js'
import { DAY } from './session-fixture.js'

const LIFETIME = 900
const PUBLISHED_AFTER = publishedAfterSeconds(LIFETIME)

it('leaves every verifier the time that it may keep a key set', () => {
  expect(PUBLISHED_BEFORE_SECONDS).toBeGreaterThan(KEY_SET_MAX_AGE_SECONDS)
  expect(PUBLISHED_AFTER).toBeGreaterThan(LIFETIME)
})

describe.each(DATABASES)('the keys on %s', (_, open) => {
  let opened: TestDatabase
  let database: Database
  let options: Parameters<typeof rotateKeys>[0]
  beforeAll(async () => {
    opened = await open()
    database = opened.database
    const secrets = parseRootSecrets(SECRET)
    options = { database, algorithm: 'EdDSA', secrets, accessLifetimeSeconds: LIFETIME }
  })
  beforeEach(() => database.query({ text: 'delete from countersign_signing_keys' }))
  afterAll(() => opened?.close())

  const load = () => createKeyReader(options).readOrMake()
  const states = async () => (await listKeys(options)).map(({ kid, state }) => [kid, state])
  const published = async () => {
    const { current, verification, jwks } = await load()
    const kids = verification.map(({ kid }) => kid)
    expect(jwks.keys.map((key) => (key as { kid: string }).kid)).toEqual(kids)
    return { signs: current.kid, kids: [...kids].sort() }
  }

  it('are published before they sign, and until their last token has ended', async () => {
    const { signs: old } = await published()
    const { kid: next } = await rotateKeys(options)
    const both = [old, next].sort()
    expect(await published()).toEqual({ signs: old, kids: both })

    await ageKeys(database, PUBLISHED_BEFORE_SECONDS - 30)
    expect(await published()).toEqual({ signs: old, kids: both })

    await ageKeys(database, 30)
    expect(await published()).toEqual({ signs: next, kids: both })

    await ageKeys(database, PUBLISHED_AFTER - 30)
    expect(await published()).toEqual({ signs: next, kids: both })

    await ageKeys(database, 30)
    expect(await published()).toEqual({ signs: next, kids: [next] })
  })

  it('are listed with what they are', async () => {
    const { signs: first } = await published()
    const { kid: second } = await rotateKeys(options)
    expect(await states()).toEqual([
      [second, 'next'],
      [first, 'current'],
    ])

    await ageKeys(database, PUBLISHED_BEFORE_SECONDS)
    const { kid: third } = await rotateKeys(options)
    await ageKeys(database, PUBLISHED_AFTER)
    await retireKey({ ...options, kid: second, force: true })

    expect(await states()).toEqual([
      [third, 'current'],
      [second, 'withdrawn'],
      [first, 'ended'],
    ])
  })

  it('are rotated one at a time', async () => {
    await load()
    const attempts = await Promise.allSettled([1, 2, 3].map(() => rotateKeys(options)))

    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await states()).map(([, state]) => state)).toEqual(['next', 'current'])
    await expect(rotateKeys(options)).rejects.toThrow(/signs from .* on; wait for it/)
  })

  it('sign at once where none did before', async () => {
    const { kid, state } = await rotateKeys(options)

    expect([state, await published()]).toEqual(['current', { signs: kid, kids: [kid] }])
  })

  it('are all withdrawn but a new one when they were stolen', async () => {
    await load()
    await rotateKeys(options)

    const { kid, state } = await rotateKeys({ ...options, now: true })

    expect([state, await published()]).toEqual(['current', { signs: kid, kids: [kid] }])
    expect((await states()).map(([, state]) => state).sort()).toEqual([
      'current',
      'withdrawn',
      'withdrawn',
    ])
  })

  it('are not rotated for HS256', async () => {
    const refused = rotateKeys({ ...options, algorithm: 'HS256' })

    await expect(refused).rejects.toThrow('change COUNTERSIGN_JWT_SECRET')
  })

  it('are rotated for one algorithm alone', async () => {
    const { current } = await load()
    await createKeyReader({ ...options, algorithm: 'ES256' }).readOrMake()

    const { kid } = await rotateKeys({ ...options, algorithm: 'ES256', now: true })

    expect(await published()).toEqual({ signs: current.kid, kids: [current.kid] })
    expect(kid).not.toBe(current.kid)
  })

  it('are not rotated for an algorithm that no server has used', async () => {
    await load()

    const refused = rotateKeys({ ...options, algorithm: 'ES256', now: true })

    await expect(refused).rejects.toThrow('set COUNTERSIGN_ALGORITHM as the server has it')
    expect(await states()).toHaveLength(1)
  })

  it('are not rotated under a root secret that the servers do not have', async () => {
    const { signs } = await published()
    const others = parseRootSecrets('9876543210zyxwvutsrqponmlkjihgfedcba')

    for (const now of [false, true]) {
      const refused = rotateKeys({ ...options, secrets: others, now })
      await expect(refused).rejects.toThrow('encrypted under another COUNTERSIGN_SECRET')
    }
    expect(await published()).toEqual({ signs, kids: [signs] })
  })

  it('may be withdrawn before they sign', async () => {
    const { signs } = await published()
    const { kid } = await rotateKeys(options)

    expect((await retireKey({ ...options, kid })).state).toBe('withdrawn')

    expect(await published()).toEqual({ signs, kids: [signs] })
    await expect(rotateKeys(options)).resolves.toMatchObject({ state: 'next' })
  })

  it('are kept while their tokens may be alive, unless that is forced', async () => {
    const { signs: old } = await published()
    const { kid: next } = await rotateKeys(options)
    await ageKeys(database, PUBLISHED_BEFORE_SECONDS)

    await expect(retireKey({ ...options, kid: old })).rejects.toThrow(/may live until .* --force/)
    expect((await published()).kids).toContain(old)

    await retireKey({ ...options, kid: old, force: true })
    expect(await published()).toEqual({ signs: next, kids: [next] })
  })

  it('are kept while they sign; forced, one hands over to the next', async () => {
    const { signs: old } = await published()
    const { kid: next } = await rotateKeys(options)

    await expect(retireKey({ ...options, kid: old })).rejects.toThrow(/signs until .* --force/)
    expect((await published()).signs).toBe(old)

    await retireKey({ ...options, kid: old, force: true })
    expect(await published()).toEqual({ signs: next, kids: [next] })
  })

  it('never lose the only one that signs, even by force', async () => {
    const { signs } = await published()

    for (const force of [false, true]) {
      const refused = retireKey({ ...options, kid: signs, force })
      await expect(refused).rejects.toThrow('"keys rotate --now" replaces it')
    }
    expect(await published()).toEqual({ signs, kids: [signs] })
  })

  it('that do not exist cannot be withdrawn, and withdrawing twice is once', async () => {
    const { signs } = await published()
    const { kid } = await rotateKeys(options)
    await retireKey({ ...options, kid })

    const again = await retireKey({ ...options, kid })

    expect(again.state).toBe('withdrawn')
    await expect(retireKey({ ...options, kid: 'nobody' })).rejects.toThrow('no such signing key')
    expect((await published()).signs).toBe(signs)
  })

  it('are destroyed a month after they ended, and no other is', async () => {
    await load()
    const es256 = await createKeyReader({ ...options, algorithm: 'ES256' }).readOrMake()
    const other = es256.current.kid
    const { kid: current } = await rotateKeys(options)
    await ageKeys(database, 29 * DAY)
    await database.query({ text: PURGE_KEYS })
    expect(await states()).toHaveLength(3)

    await ageKeys(database, 2 * DAY)
    await database.query({ text: PURGE_KEYS })

    expect((await states()).map(([kid]) => kid).sort()).toEqual([current, other].sort())
  })

  it('are decrypted by the root secret that they were made under, whatever is newest', async () => {
    const { signs: old } = await published()
    const newer = parseRootSecrets(`2:9876543210zyxwvutsrqponmlkjihgfedcba,1:${SECRET}`)
    const { kid: next } = await rotateKeys({ ...options, secrets: newer })

    const keys = await createKeyReader({ ...options, secrets: newer }).readOrMake()

    expect(keys.current.kid).toBe(old)
    expect(keys.verification.map(({ kid }) => kid).sort()).toEqual([old, next].sort())
    await expect(load()).rejects.toThrow('encrypted under another COUNTERSIGN_SECRET')
  })
})
