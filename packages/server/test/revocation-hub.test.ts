import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { eventStream } from '../src/revocations/event-stream.js'
import { createRevocationHub, type HubOptions } from '../src/revocations/hub.js'
import { longPoll } from '../src/revocations/long-poll.js'
import { databaseMessenger } from '../src/revocations/messenger.js'
import { postgres, type TestDatabase } from './databases.js'
import { revoke } from './feed-fixture.js'
import { watched } from './server-fixture.js'

let opened: TestDatabase
beforeAll(async () => {
  opened = await postgres()
})
afterAll(() => opened?.close())

const hubOn = (database: Database, times: HubOptions['times'] = {}) =>
  createRevocationHub({
    database,
    messenger: databaseMessenger(database),
    issuer: 'i',
    keepSeconds: 905,
    log: pino({ level: 'silent' }),
    times,
  })

/** Subscribes, and counts what comes. */
function subscribe(hub: ReturnType<typeof hubOn>) {
  const heard = { news: [] as Uint8Array[], heartbeats: 0, ended: 0 }
  const leave = hub.subscribe({
    news: (frames) => void heard.news.push(frames),
    heartbeat: () => {
      heard.heartbeats += 1
    },
    end: () => {
      heard.ended += 1
    },
  })
  return { heard, leave }
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not come to pass')
}

describe('the hub', () => {
  it('asks the database for nothing before somebody listens', async () => {
    const database = watched(opened.database)
    const hub = hubOn(database)

    hub.announce()
    await hub.close()

    expect(database.statements).toEqual([])
  })

  it('reads once for all, and hands all of them the same bytes', async () => {
    const database = watched(opened.database)
    const hub = hubOn(database)
    await Promise.all(Array.from({ length: 500 }, () => hub.ready()))
    const readers = Array.from({ length: 500 }, () => subscribe(hub))
    const before = database.statements.length

    const id = await revoke(opened.database)
    await until(() => readers.every(({ heard }) => heard.news.length > 0))
    await hub.close()

    const [first] = readers
    expect(before).toBeLessThan(10)
    expect(database.statements.length - before).toBeLessThan(10)
    expect(Buffer.from(first?.heard.news[0] ?? []).toString()).toContain(id)
    expect(new Set(readers.map(({ heard }) => heard.news[0])).size).toBe(1)
    expect(readers.every(({ heard }) => heard.ended === 1)).toBe(true)
  })

  it('says that all is well as long as it sees the table, and only then', async () => {
    let broken = false
    const database: Database = {
      ...opened.database,
      query: (statement) =>
        broken ? Promise.reject(new Error('gone')) : opened.database.query(statement),
    }
    const hub = hubOn(database, { heartbeatMs: 20, blindMs: 300 })
    await hub.ready()
    const { heard } = subscribe(hub)
    await until(() => heard.heartbeats > 2)

    broken = true
    await new Promise((resolve) => setTimeout(resolve, 600))
    const blind = heard.heartbeats
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard.heartbeats).toBe(blind)
    await expect(hub.ready()).rejects.toThrow('gone')

    broken = false
    const id = await revoke(opened.database)
    await until(() => heard.heartbeats > blind && heard.news.length > 0)
    await hub.close()
    expect(Buffer.concat(heard.news).toString()).toContain(id)
  })

  it('falls asleep when nobody listens, and wakes up knowing everything', async () => {
    const database = watched(opened.database)
    const hub = hubOn(database, { lingerMs: 1 })
    await hub.ready()
    const { leave } = subscribe(hub)
    leave()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const asleep = database.statements.length
    const id = await revoke(opened.database)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(database.statements.length).toBe(asleep)

    await hub.ready()
    expect(hub.told(undefined)).toContain(id)
    await hub.close()
  })

  it('lets a stream end after a while, so that its reader shows its credential again', async () => {
    const hub = hubOn(opened.database, { heartbeatMs: 20 })
    await hub.ready()
    const { signal } = new AbortController()
    const long = eventStream(hub, { since: undefined, signal })

    const short = new Response(eventStream(hub, { since: undefined, signal, lifeMs: 1 }))

    expect(await short.text()).toMatch(/^event: snapshot\n/)
    await hub.close()
    expect(await new Response(long).text()).toMatch(
      /\nevent: heartbeat\nid: (\d+-\d+)\ndata: \{"cursor":"\1","now":\d+\}\n\n/,
    )
  })

  it('refuses who comes after its end', async () => {
    const hub = hubOn(opened.database)
    await hub.close()

    await expect(hub.ready()).rejects.toMatchObject({ code: 'service_unavailable' })
  })

  it('ends at once for who was about to subscribe', async () => {
    const hub = hubOn(opened.database)
    await hub.ready()
    await hub.close()
    const { signal } = new AbortController()

    const stream = new Response(eventStream(hub, { since: undefined, signal }))
    const polled = longPoll(hub, { since: hub.cursor(), waitSeconds: 25, signal })

    expect(await stream.text()).toMatch(/^event: snapshot\n/)
    expect(JSON.parse(await polled)).toMatchObject({ complete: false, events: [] })
  })

  it('stays awake for who asks at the moment at which it would fall asleep', async () => {
    let slow = Promise.resolve()
    const hub = hubOn(
      {
        ...opened.database,
        query: (statement) => slow.then(() => opened.database.query(statement)),
      },
      { lingerMs: 30 },
    )
    await hub.ready()
    slow = new Promise((resolve) => setTimeout(resolve, 100))
    await hub.ready()
    const { heard } = subscribe(hub)

    const id = await revoke(opened.database)
    await until(() => heard.news.length > 0)
    await hub.close()

    expect(Buffer.concat(heard.news).toString()).toContain(id)
  })

  it('can be asked again after the database was not there', async () => {
    let broken = true
    const hub = hubOn({
      ...opened.database,
      query: (statement) =>
        broken ? Promise.reject(new Error('gone')) : opened.database.query(statement),
    })
    await expect(hub.ready()).rejects.toThrow('gone')

    broken = false
    await hub.ready()

    expect(hub.told(undefined)).toContain('"complete":true')
    await hub.close()
  })
})
