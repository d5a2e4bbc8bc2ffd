import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { createVault } from '../keys/vault.js'
import type { ResolvedOptions } from '../options.js'
import { createDevMailbox, type DevMailbox } from './dev-mailbox.js'
import { createLinks } from './mail-options.js'
import { createMailQueue } from './mail-queue.js'
import { smtpTransport } from './smtp.js'
import type { MailData, MailTemplate } from './templates.js'

const SECRET_INFO = 'countersign/mail/v1'

/** The mail of a server, if it has any. */
export type Mail = ReturnType<typeof createMail>

export interface SendOptions {
  /** How long the mail is of use, in seconds; a day unless given. */
  readonly usefulSeconds?: number
}

/** Without a mail server and a mailbox nothing is sent, and the log says so. */
export function createMail(options: ResolvedOptions, database: Database, log: Logger) {
  const { mail: { smtpUrl, from, paths, templates, layout } = {}, devMailbox, webUrl } = options
  const mailbox: DevMailbox | undefined = smtpUrl || !devMailbox ? undefined : createDevMailbox()
  const transport = smtpUrl && from ? smtpTransport(smtpUrl, from) : mailbox
  const vault = createVault(options.secrets, SECRET_INFO)
  const queue = transport && createMailQueue({ database, vault, transport, templates, layout, log })

  return {
    isConfigured: queue !== undefined,
    links: createLinks(webUrl ?? '', paths),
    /** What was sent, where a person can look at it. */
    mailbox,

    /** Queues a mail; one to `null` takes the same work and is never sent. */
    async send<Name extends MailTemplate>(
      template: Name,
      to: string | null,
      data: MailData[Name],
      given: SendOptions = {},
    ): Promise<void> {
      if (queue) return queue.send(template, to, data, given)
      log.warn({ event: 'mail.unconfigured', template }, 'a mail was not sent: no mail server')
    },

    close: async (): Promise<void> => queue?.close(),
  }
}
