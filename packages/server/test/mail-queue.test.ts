import { parseRootSecrets } from '@countersign/core'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createVault } from '../src/keys/vault.js'
import { createMailQueue, type MailQueue, type MailQueueOptions } from '../src/mail/mail-queue.js'
import { smtpTransport } from '../src/mail/smtp.js'
import type { MailTransport, OutgoingMail } from '../src/mail/transport.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { type MailSink, openMailSink } from './mail-sink.js'
import { SECRET } from './server-fixture.js'

const FROM = 'Todo <no-reply@example.com>'
const URL_OF = (n: number) => `https://app.example.com/reset-password#token=secret-${n}`

describe.each(DATABASES)('the queue of mails on %s', (_name, open) => {
  let opened: TestDatabase
  let sink: MailSink
  const queues: MailQueue[] = []
  beforeAll(async () => {
    opened = await open()
    sink = await openMailSink()
  })
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close()))
    sink.refuseWith(undefined)
    sink.mails.length = 0
    await opened.database.query({ text: 'delete from countersign_mail' })
  })
  afterAll(async () => {
    await sink?.close()
    await opened?.close()
  })

  const start = (given: Partial<MailQueueOptions> = {}): MailQueue => {
    const vault = createVault(parseRootSecrets(SECRET), 'countersign/mail/v1')
    const transport = smtpTransport(sink.url, FROM)
    const log = pino({ level: 'silent' })
    const queue = createMailQueue({ database: opened.database, vault, transport, log, ...given })
    queues.push(queue)
    return queue
  }
  const rows = () =>
    opened.database.query<{ attempts: number; template: string; waits: number }>({
      text: `select attempts, template, sealed::text,
               extract(epoch from due_at - clock_timestamp())::float8 as waits
             from countersign_mail order by id`,
    })
  const allDue = () =>
    opened.database.query({ text: 'update countersign_mail set due_at = clock_timestamp()' })
  const untilEmpty = () => expect.poll(rows, { timeout: 20_000 }).toEqual([])

  it('sends to exactly the stored address, as text and HTML', async () => {
    await start().send('reset_password', "o'hara+tag@example.com", { url: URL_OF(1) })

    const [mail] = await sink.received(1)
    expect(mail?.envelope).toEqual(["o'hara+tag@example.com"])
    expect(mail?.to).toEqual([{ name: '', address: "o'hara+tag@example.com" }])
    expect(mail?.from).toEqual({ name: 'Todo', address: 'no-reply@example.com' })
    expect(mail?.subject).toBe('Choose a new password')
    expect(mail?.text).toContain(URL_OF(1))
    expect(mail?.html).toContain(`href="${URL_OF(1)}"`)
  })

  it('keeps nothing of a mail that was sent', async () => {
    await start().send('reset_password', 'ada@example.com', { url: URL_OF(2) })

    await sink.received(1)
    await untilEmpty()
  })

  it('keeps what waits encrypted', async () => {
    sink.refuseWith({ code: 450, message: 'later' })
    await start().send('reset_password', 'ada@example.com', { url: URL_OF(3) })

    const held = JSON.stringify(await rows())
    expect(held).not.toContain(Buffer.from('secret-3').toString('hex'))
    expect(held).not.toContain(Buffer.from('ada@example.com').toString('hex'))
  })

  it('tries again, later each time, what could not be sent', async () => {
    const tried: OutgoingMail[] = []
    const transport: MailTransport = {
      send: async (mail) => {
        tried.push(mail)
        throw new Error('connection refused')
      },
      close: () => {},
    }
    await start({ transport, pollMs: 20 }).send('reset_password', 'ada@example.com', {
      url: URL_OF(4),
    })

    const waits: number[] = []
    for (const attempts of [1, 2, 3]) {
      const settled = async () => (await rows()).find((row) => row.attempts === attempts)?.waits
      // The lease is a minute; what was put off comes sooner.
      await expect.poll(settled, { timeout: 20_000 }).toBeLessThan(50)
      waits.push((await settled()) ?? 0)
      await allDue()
    }
    expect(tried.length).toBeGreaterThanOrEqual(3)
    expect(waits[2]).toBeGreaterThan((waits[0] ?? 0) + 4)
  })

  it('sends once what two processes find at the same time', async () => {
    const first = start({ pollMs: 10 })
    start({ pollMs: 10 })
    const all = Array.from({ length: 30 }, (_, n) => `user.${n}@example.com`)

    await Promise.all(all.map((to, n) => first.send('verify_email', to, { url: URL_OF(n) })))

    await untilEmpty()
    expect(sink.mails.flatMap(({ envelope }) => envelope).sort()).toEqual(all.sort())
  })

  it('gives up what is refused for good, and what came too late', async () => {
    sink.refuseWith({ code: 550, message: 'no such user' })
    const queue = start({ pollMs: 20 })
    await queue.send('reset_password', 'gone@example.com', { url: URL_OF(5) })
    await untilEmpty()
    sink.refuseWith({ code: 450, message: 'later' })
    await queue.send('reset_password', 'ada@example.com', { url: URL_OF(6) }, { usefulSeconds: 60 })
    // A new one was not tried, and one under way has a lease of a minute; what was put off comes sooner.
    const wasPutOff = async () => {
      const [mail] = await rows()
      return mail !== undefined && mail.attempts > 0 && mail.waits < 50
    }
    await expect.poll(wasPutOff, { timeout: 20_000 }).toBe(true)

    sink.refuseWith(undefined)
    await opened.database.query({
      text: `update countersign_mail
             set expires_at = clock_timestamp() - interval '1 second', due_at = clock_timestamp()`,
    })

    await untilEmpty()
    expect(sink.mails).toEqual([])
  })

  it('does the work of a mail that goes nowhere, and sends none', async () => {
    const queue = start()
    await queue.send('reset_password', null, { url: URL_OF(7) })
    await untilEmpty()
    await queue.send('verify_email', 'ada@example.com', { url: URL_OF(8) })

    const mails = await sink.received(1)
    expect(mails.map(({ envelope }) => envelope)).toEqual([['ada@example.com']])
  })

  it.each([
    ['next-auth GHSA-5jpx-9hw9-2fx4', '"e@attacker.example"@victim.example'],
    ['next-auth GHSA-xv97-c62v-4587', 'a@attacker.example,b@victim.example'],
    ['next-auth GHSA-7rqj-j65f-68wh', 'ada@victim.example\uff20attacker.example'],
    ['a list with semicolons', 'a@attacker.example;b@victim.example'],
    ['a name', 'Ada <ada@attacker.example>'],
    ['a header', 'ada@example.com\r\nBcc: eve@attacker.example'],
    ['a space', 'ada lovelace@example.com'],
    ['no domain', 'ada@'],
  ])('refuses what is not one address: %s', async (_name, to) => {
    await expect(start().send('verify_email', to, { url: URL_OF(9) })).rejects.toThrow(TypeError)

    expect(await rows()).toEqual([])
  })

  it('escapes every value, and lets none add a header (CVE-2022-31127)', async () => {
    const evil = `<img src=x onerror=alert(1)>"'&`
    const queue = start({
      templates: {
        email_changed: ({ newEmail }) => ({
          subject: `Changed\r\nBcc: eve@attacker.example\r\n\r\n${newEmail}`,
          paragraphs: [newEmail],
          action: { label: newEmail, url: `https://app.example.com/?${newEmail}` },
          notes: [newEmail],
        }),
      },
    })

    await queue.send('email_changed', 'ada@example.com', { newEmail: evil })

    const [mail] = await sink.received(1)
    expect(mail?.envelope).toEqual(['ada@example.com'])
    expect(mail?.headers.map(({ key }) => key)).not.toContain('bcc')
    expect(mail?.html).not.toContain('<img')
    expect(mail?.html?.match(/&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)).toHaveLength(
      6,
    )
    expect(mail?.text).toContain(evil)
  })

  it('ends although a mail server says nothing, and keeps the mail for later', async () => {
    let begun = () => {}
    const sending = new Promise<void>((resolve) => {
      begun = resolve
    })
    const send = () => {
      begun()
      return new Promise<void>(() => {})
    }
    const queue = start({ transport: { send, close: () => {} }, closeMs: 20 })
    await queue.send('verify_email', 'ada@example.com', { url: URL_OF(11) })
    await sending

    await queue.close()

    expect(await rows()).toHaveLength(1)
  })

  it('sends a mail of your own making as it is', async () => {
    const own = { subject: 'Ours', text: 'Our text', html: '<p>Our HTML</p>' }
    const queue = start({ templates: { verify_email: () => own } })

    await queue.send('verify_email', 'ada@example.com', { url: URL_OF(10) })

    const [mail] = await sink.received(1)
    expect([mail?.subject, mail?.text?.trim(), mail?.html?.trim()]).toEqual(Object.values(own))
  })
})
