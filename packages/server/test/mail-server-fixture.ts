import type { ServerOptions } from '../src/options.js'
import { postgres, type TestDatabase } from './databases.js'
import { type MailSink, openMailSink, type ReceivedMail } from './mail-sink.js'
import { startServer, type TestServer, WEB_ORIGIN } from './server-fixture.js'

export type MailingServer = TestServer & {
  readonly sink: MailSink
  /** The newest mail to an address with such a subject; waits for it. */
  mailTo(email: string, subject: RegExp): Promise<ReceivedMail>
  /** Waits until nothing is left to send; tells how many were sent to an address. */
  mailsTo(email: string): Promise<readonly ReceivedMail[]>
}

/** A server whose mails a real mail server takes. */
export async function startMailingServer(
  given: Partial<ServerOptions> = {},
  open: () => Promise<TestDatabase> = postgres,
): Promise<MailingServer> {
  const sink = await openMailSink()
  const mail = { smtpUrl: sink.url, from: 'Todo <no-reply@example.com>' }
  const server = await startServer({ webUrl: WEB_ORIGIN, mail, ...given }, open)
  const queued = async () => {
    const text = 'select id from countersign_mail'
    while ((await server.database.query({ text })).length > 0) await pause()
  }
  const to = (email: string) => sink.mails.filter(({ envelope }) => envelope.includes(email))
  return {
    ...server,
    sink,
    async mailTo(email, subject) {
      for (;;) {
        const found = to(email).findLast((mail) => subject.test(mail.subject ?? ''))
        if (found) return found
        await pause()
      }
    },
    async mailsTo(email) {
      await queued()
      return to(email)
    },
    close: async () => {
      await server.server.close()
      await server.close()
      await sink.close()
    },
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 10))
