import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bindings } from '../src/http/caller.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { embedded, type TestDatabase } from './databases.js'
import { callsTo, newEmail, PASSWORD, serverOptions } from './server-fixture.js'

const LOCAL = 'http://localhost:4400'
const from = (remoteAddress: string): Bindings =>
  ({ incoming: { socket: { remoteAddress } } }) as unknown as Bindings

describe('the mailbox of development', () => {
  let opened: TestDatabase
  let server: CountersignServer
  beforeAll(async () => {
    opened = await embedded()
    const options = { url: LOCAL, webUrl: 'http://localhost:3000', devMailbox: true }
    server = await createServer(serverOptions(opened.database, options))
  })
  afterAll(async () => {
    await server?.close()
    await opened?.close()
  })

  const open = (accept: string, bindings = from('127.0.0.1'), origin = LOCAL) =>
    server.fetch(new Request(`${origin}/dev/mail`, { headers: { Accept: accept } }), bindings)
  const subjects = async () => {
    const { mails } = (await (await open('application/json')).json()) as {
      mails: { to: string; subject: string; text: string }[]
    }
    return mails
  }

  it('shows what was sent, newest first, as a page and as JSON', async () => {
    const email = newEmail()
    await callsTo({ fetch: (request) => server.fetch(request) }).post('/signup', {
      email,
      password: PASSWORD,
    })

    await expect.poll(async () => (await subjects())[0]?.to, { timeout: 20_000 }).toBe(email)
    const answer = await open('text/html')
    const html = await answer.text()
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(html).toContain(`<b>${email}</b>`)
    expect(html).toMatch(/<a href="http:\/\/localhost:3000\/verify-email#token=[\w-]{43}">/)
  })

  it('needs neither script nor style, and may not be stored', async () => {
    const answer = await open('text/html')

    expect(await answer.text()).not.toMatch(/<script|<style|style=|<img/)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['another machine', from('192.0.2.7'), LOCAL],
    ['a site whose name leads here', from('127.0.0.1'), 'http://attacker.example:4400'],
  ])('is not there for %s', async (_name, bindings, origin) => {
    expect((await open('application/json', bindings, origin)).status).toBe(404)
  })

  it.each([['::1'], ['::ffff:127.0.0.1']])('is there for this machine as %s', async (address) => {
    expect((await open('text/html', from(address))).status).toBe(200)
  })
})

it('is not there unless it was asked for', async () => {
  const { database, close } = await embedded()
  const server = await createServer(serverOptions(database, { url: LOCAL }))

  expect((await server.fetch(new Request(`${LOCAL}/dev/mail`))).status).toBe(404)

  await server.close()
  await close()
})
