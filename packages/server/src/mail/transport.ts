import type { RenderedMail } from './mail-content.js'

export interface OutgoingMail extends RenderedMail {
  readonly to: string
}

/** Thrown when a mail will never be taken, however often it is tried. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

/** Brings a mail on its way, or keeps it for a person to look at. */
export interface MailTransport {
  /** @throws MailRefused if trying again is of no use; anything else is tried again */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}
