import { once } from 'node:events'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail as a mail server of the world would have got it. */
export interface ReceivedMail extends Email {
  /** Recipients of the envelope. */
  readonly envelope: readonly string[]
  readonly raw: string
}

export interface MailSink {
  readonly url: string
  readonly mails: ReceivedMail[]
  /** The next mails answer with this instead of being taken; `undefined` takes them again. */
  refuseWith(refusal: { readonly code: number; readonly message: string } | undefined): void
  /** Waits until so many have come in all. */
  received(count: number): Promise<ReceivedMail[]>
  close(): Promise<void>
}

/** A real SMTP server on this machine that keeps what it is given. */
export async function openMailSink(port = 0): Promise<MailSink> {
  const mails: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  let refusal: { readonly code: number; readonly message: string } | undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: (_address, _session, done) => {
      done(refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks)
        const parsed = await PostalMime.parse(raw)
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ ...parsed, envelope: to, raw: raw.toString() })
        done()
        for (const look of waiting) look()
      })
    },
  })
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const actual = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${actual}`,
    mails,
    refuseWith(given) {
      refusal = given
    },
    received: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (mails.length < count) return
          waiting.delete(look)
          resolve(mails)
        }
        waiting.add(look)
        look()
      }),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** The token in the link of a mail. */
export function tokenIn(text: string | undefined): string {
  return /#token=([\w-]+)/.exec(text ?? '')?.[1] ?? ''
}
