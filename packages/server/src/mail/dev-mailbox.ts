import { randomUUID } from 'node:crypto'
import type { MailTransport, OutgoingMail } from './transport.js'

export interface KeptMail extends OutgoingMail {
  readonly id: string
  readonly at: Date
}

/** A mailbox instead of a mail server, for development: the latest mails, in memory. */
export interface DevMailbox extends MailTransport {
  /** The newest first. */
  list(): readonly KeptMail[]
}

const MOST = 100

export function createDevMailbox(): DevMailbox {
  const mails: KeptMail[] = []
  return {
    async send(mail) {
      mails.unshift({ ...mail, id: randomUUID(), at: new Date() })
      mails.splice(MOST)
    },
    list: () => mails,
    close: () => {},
  }
}
