import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import type { ResolvedOptions } from '../options.js'
import { createDevMailbox, type DevMailbox } from './dev-mailbox.js'
import { createLinks } from './mail-options.js'
import { createMailQueue } from './mail-queue.js'
import { mailVault, type SendOptions } from './outbox.js'
import { smtpTransport } from './smtp.js'
import type { MailData, MailTemplate } from './templates.js'

/** The mail of a server, if it has any. */
export type Mail = ReturnType<typeof createMail>

/** Without a mail server and a mailbox nothing is sent, and the log says so. */
export function createMail(options: ResolvedOptions, database: Database, log: Logger) {
  const { mail: { smtpUrl, from, paths, templates, layout } = {}, devMailbox, webUrl } = options
  const mailbox: DevMailbox | undefined = smtpUrl || !devMailbox ? undefined : createDevMailbox()
  const transport = smtpUrl && from ? smtpTransport(smtpUrl, from) : mailbox
  const vault = mailVault(options.secrets)
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
