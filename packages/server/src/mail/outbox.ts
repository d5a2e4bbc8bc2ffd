import type { RootSecret } from '@countersign/core'
import type { Queryable } from '../database/database.js'
import { createVault, type Vault } from '../keys/vault.js'
import { ENQUEUE } from './mail-sql.js'
import type { MailData, MailTemplate } from './templates.js'

/** What rests of a mail. One to `null` is never sent. */
interface SealedMail {
  readonly to: string | null
  readonly data: object
}

const SECRET_INFO = 'countersign/mail/v1'
const CONTEXT = 'countersign/mail'
const DAY = 86_400
/** One address, which no mail program can take for two, or for a name with an address. */
const ADDRESS = /^[^\s"(),:;<>@[\\\]\p{Cc}]+@[a-z0-9.-]+$/iu

export interface SendOptions {
  /** How long the mail is of use, in seconds; a day unless given. */
  readonly usefulSeconds?: number
}

/** Mails hold links that open accounts: they rest encrypted, and not at all once they were sent. */
export const mailVault = (secrets: readonly RootSecret[]): Vault =>
  createVault(secrets, SECRET_INFO)

/** Leaves a mail for whichever server looks at the table next. */
export async function enqueueMail<Name extends MailTemplate>(
  { database, vault }: { readonly database: Queryable; readonly vault: Vault },
  template: Name,
  { to, data }: { readonly to: string | null; readonly data: MailData[Name] },
  { usefulSeconds = DAY }: SendOptions = {},
): Promise<void> {
  if (to !== null && !ADDRESS.test(to)) throw new TypeError('not the address of one mailbox')
  const sealed = vault.seal(JSON.stringify({ to, data } satisfies SealedMail), CONTEXT)
  await database.query({ text: ENQUEUE, values: [template, sealed, usefulSeconds] })
}

/** `undefined` if no secret that is still configured sealed it. */
export function openMail(vault: Vault, sealed: Uint8Array): SealedMail | undefined {
  const text = vault.open(sealed, CONTEXT)
  return text === undefined ? undefined : (JSON.parse(text) as SealedMail)
}
