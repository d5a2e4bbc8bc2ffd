import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOneTimeValues, type OneTimeValues } from '../src/one-time/one-time-values.js'
import { DATABASES, type TestDatabase } from './databases.js'

const TWENTY = Array.from({ length: 20 })

describe.each(DATABASES)('a one-time value on %s', (_name, open) => {
  let opened: TestDatabase
  let oneTime: OneTimeValues
  beforeAll(async () => {
    opened = await open()
    oneTime = createOneTimeValues(opened.database)
  })
  afterAll(() => opened?.close())

  const expire = () =>
    opened.database.query({
      text: `update countersign_one_time_values set expires_at = clock_timestamp()`,
    })
  const rows = () =>
    opened.database.query<Record<string, unknown>>({
      text: 'select hash, purpose, user_id, payload from countersign_one_time_values',
    })

  it('opens what it was issued for, once', async () => {
    const payload = { email: 'ada@example.com', n: 1 }
    const value = await oneTime.issue('reset', { userId: 'u1', payload, seconds: 60 })

    expect(value).toMatch(/^[\w-]{43}$/)
    expect(await oneTime.take('reset', value)).toEqual({ userId: 'u1', payload })
    expect(await oneTime.take('reset', value)).toBeUndefined()
  })

  it('opens nothing else, and is not used up by trying', async () => {
    const value = await oneTime.issue('reset', { seconds: 60 })

    expect(await oneTime.take('verify', value)).toBeUndefined()
    expect(await oneTime.take('reset', `${value.slice(0, -1)}_`)).toBeUndefined()
    expect(await oneTime.take('reset', '')).toBeUndefined()
    expect(await oneTime.take('reset', value)).toEqual({ userId: undefined, payload: {} })
  })

  it('has one taker of twenty at once (GHSA-7w99-5wm4-3g79)', async () => {
    const value = await oneTime.issue('reset', { userId: 'u1', seconds: 60 })

    const grants = await Promise.all(TWENTY.map(() => oneTime.take('reset', value)))

    expect(grants.filter((grant) => grant !== undefined)).toHaveLength(1)
  })

  it('is known by nothing that the database holds', async () => {
    const value = await oneTime.issue('reset', { seconds: 60 })

    const held = JSON.stringify(await rows())
    expect(held).not.toContain(value)
    expect(held).not.toContain(Buffer.from(value, 'base64url').toString('hex'))
  })

  it('opens nothing after its end, and is cleared away', async () => {
    const value = await oneTime.issue('reset', { seconds: 60 })
    await expire()

    expect(await oneTime.take('reset', value)).toBeUndefined()
    expect(await oneTime.attempt('reset', value, 5)).toBeUndefined()
    await oneTime.purge()
    expect(await rows()).toEqual([])
  })

  it('stays as long as it lives when others are cleared away', async () => {
    const value = await oneTime.issue('reset', { seconds: 60 })

    await oneTime.purge()

    expect(await oneTime.take('reset', value)).toBeDefined()
  })

  it('is taken back with all others of its user for the purposes named', async () => {
    const issue = (purpose: string, userId: string) =>
      oneTime.issue(purpose, { userId, seconds: 60 })
    const [reset, verify, other, kept] = await Promise.all([
      issue('reset', 'u1'),
      issue('verify', 'u1'),
      issue('reset', 'u2'),
      issue('link', 'u1'),
    ])

    await oneTime.takeAllOf('u1', ['reset', 'verify'])

    expect(await oneTime.take('reset', reset)).toBeUndefined()
    expect(await oneTime.take('verify', verify)).toBeUndefined()
    expect(await oneTime.take('reset', other)).toBeDefined()
    expect(await oneTime.take('link', kept)).toBeDefined()
  })

  it('allows as many tries as are left of twenty at once, and then none', async () => {
    const value = await oneTime.issue('challenge', { userId: 'u1', seconds: 60 })

    const tries = await Promise.all(TWENTY.map(() => oneTime.attempt('challenge', value, 5)))

    expect(tries.filter((grant) => grant?.userId === 'u1')).toHaveLength(5)
    expect(await oneTime.attempt('challenge', value, 5)).toBeUndefined()
  })

  it('of another program is remembered by the first of twenty who name it', async () => {
    const named = await Promise.all(TWENTY.map(() => oneTime.remember('assertion', 'jti-1', 60)))

    expect(named.filter((isFirst) => isFirst)).toHaveLength(1)
    expect(await oneTime.remember('assertion', 'jti-2', 60)).toBe(true)
    expect(await oneTime.remember('code', 'jti-1', 60)).toBe(true)
  })

  it('of another program opens nothing here', async () => {
    await oneTime.remember('assertion', 'jti-3', 60)

    expect(await oneTime.take('reset', 'jti-3')).toBeUndefined()
  })
})
