import { createTransport } from 'nodemailer'
import { MailRefused, type MailTransport } from './transport.js'

/** Deadlines in milliseconds; together below the lease of a mail in the queue. */
const DEADLINES = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

/** Sends by SMTP. `url` as nodemailer reads it: `smtps://user:password@host:465`. */
export function smtpTransport(url: string, from: string): MailTransport {
  const transporter = createTransport({ url, pool: true, maxConnections: 4, ...DEADLINES })
  return {
    async send({ to, subject, text, html }) {
      // As an object, the address is never parsed: it is one recipient, exactly the one that was stored.
      const recipient = { name: '', address: to }
      try {
        await transporter.sendMail({
          from,
          to: recipient,
          subject: oneLine(subject),
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      } catch (error) {
        throw isFinal(error)
          ? new MailRefused('the recipient was refused', { cause: error })
          : error
      }
    },
    close: () => transporter.close(),
  }
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

/** A recipient or a message that was refused for good. A wrong password of ours is not final. */
function isFinal(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500
}
