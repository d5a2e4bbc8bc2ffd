import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import type { Vault } from '../keys/vault.js'
import {
  type MailContent,
  type MailLayout,
  plainLayout,
  type RenderedMail,
} from './mail-content.js'
import { CLAIM, POSTPONE, REMOVE } from './mail-sql.js'
import { enqueueMail, openMail, type SendOptions } from './outbox.js'
import { type MailData, type MailTemplate, type MailTemplates, TEMPLATES } from './templates.js'
import { MailRefused, type MailTransport } from './transport.js'

export interface MailQueueOptions {
  readonly database: Database
  readonly vault: Vault
  readonly transport: MailTransport
  readonly templates?: Partial<MailTemplates> | undefined
  readonly layout?: MailLayout | undefined
  readonly log: Logger
  /** How often the table is looked at for what another process left, in milliseconds. */
  readonly pollMs?: number
  /** How long closing waits for a mail that is being sent, in milliseconds. */
  readonly closeMs?: number
}

interface Row {
  readonly id: string
  readonly template: MailTemplate
  readonly sealed: Uint8Array
  readonly attempts: number
  readonly is_late: boolean
}

const BATCH = 8
const LEASE_SECONDS = 60
const POLL_MS = 5_000
const CLOSE_MS = 3_000
/** After a few seconds first, then twice as long each time, but at least every quarter of an hour. */
const FIRST_WAIT_SECONDS = 4
const LONGEST_WAIT_SECONDS = 900

/** Sends mails from a queue in the database: a caller waits for a row, never for a mail server. */
export type MailQueue = ReturnType<typeof createMailQueue>

export function createMailQueue(options: MailQueueOptions) {
  const { database, vault, transport, log } = options
  const render = renderer(options)
  let running: Promise<void> | undefined
  let again = false
  let closed = false

  const finish = (id: string) => database.query({ text: REMOVE, values: [id] })

  const deliver = async ({ id, template, sealed, attempts, is_late }: Row): Promise<void> => {
    const mail = openMail(vault, sealed)
    if (!mail || is_late) {
      log.warn({ event: 'mail.dropped', template, attempts }, 'a mail was dropped, unsent')
    } else if (mail.to !== null) {
      await transport.send({ to: mail.to, ...render(template, mail.data) })
    }
    await finish(id)
  }

  const attempt = async (row: Row): Promise<void> => {
    try {
      await deliver(row)
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string }
      const { template, attempts, id } = row
      const event = error instanceof MailRefused ? 'mail.refused' : 'mail.postponed'
      log.warn({ event, template, attempts, code: code ?? name }, 'a mail could not be sent')
      if (error instanceof MailRefused) return void (await finish(id))
      const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS)
      await database.query({ text: POSTPONE, values: [id, wait] })
    }
  }

  const drain = async (): Promise<void> => {
    for (let full = true; full && !closed; ) {
      const rows = await database.query<Row>({ text: CLAIM, values: [BATCH, LEASE_SECONDS] })
      await Promise.all(rows.map(attempt))
      full = rows.length === BATCH
    }
  }

  /** One at a time; whoever asks meanwhile is served by one more round. */
  const wake = (): void => {
    if (running) again = true
    if (running || closed) return
    running = drain()
      .catch((error: { code?: string }) =>
        log.warn({ event: 'mail.waiting', code: error.code }, 'the queue of mails cannot be read'),
      )
      .finally(() => {
        running = undefined
        if (!again) return
        again = false
        wake()
      })
  }

  const polling = setInterval(wake, options.pollMs ?? POLL_MS)
  polling.unref()
  wake()

  return {
    /**
     * Queues a mail. With `null` for an address it queues one that is never sent: what a stranger can
     * cause takes the same work whether an account is there or not.
     */
    async send<Name extends MailTemplate>(
      template: Name,
      to: string | null,
      data: MailData[Name],
      given?: SendOptions,
    ): Promise<void> {
      await enqueueMail(options, template, { to, data }, given)
      // Not before the answer is on its way, so that its time does not tell whether a mail is made.
      setImmediate(wake)
    },

    /** Takes no more mails, and waits a while for those that are being sent; others are sent later. */
    async close(): Promise<void> {
      closed = true
      clearInterval(polling)
      await atMost(running, options.closeMs ?? CLOSE_MS)
      transport.close()
    },
  }
}

/** A mail server that says nothing must not keep a process from ending. */
async function atMost(work: Promise<void> | undefined, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, deadline])
  clearTimeout(timer)
}

function renderer({ templates, layout = plainLayout }: MailQueueOptions) {
  const all = { ...TEMPLATES, ...templates }
  return (template: MailTemplate, data: object): RenderedMail => {
    const write = all[template] as (data: object) => MailContent | RenderedMail
    const content = write(data)
    return 'html' in content ? content : layout(content)
  }
}
