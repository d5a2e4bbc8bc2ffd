import { z } from 'zod'
import { isLoopback } from '../http/origins.js'
import type { MailLayout } from './mail-content.js'
import { type MailTemplates, TEMPLATES } from './templates.js'

/** Pages of the web application that the links in mails lead to, below its address. */
export interface MailPaths {
  readonly resetPassword: string
  readonly verifyEmail: string
  readonly confirmEmail: string
  readonly forgotPassword: string
  readonly signIn: string
}

const PATHS: MailPaths = {
  resetPassword: '/reset-password',
  verifyEmail: '/verify-email',
  confirmEmail: '/confirm-email',
  forgotPassword: '/forgot-password',
  signIn: '/sign-in',
}

export interface MailOptions {
  /** Mail server, such as `smtps://user:password@smtp.example.com`. */
  readonly smtpUrl?: string
  /** Sender, such as `Todo <no-reply@example.com>`. */
  readonly from?: string
  /** Where links in mails lead; nothing of a request has a say in it. */
  readonly paths?: Partial<MailPaths>
  /** Words of your own, or whole mails, for some or all templates. */
  readonly templates?: Partial<MailTemplates>
  /** A look of your own for the templates that give words. */
  readonly layout?: MailLayout
}

const path = z.string().regex(/^\/(?!\/)[\w./~-]*$/, 'must be a path like /reset-password')
const FROM = /^(?:[^\p{Cc}<>"@,;]*<)?[^\s"(),:;<>@[\\\]\p{Cc}]+@[a-z0-9.-]+>?$/iu
const template = z.custom<(data: never) => never>((value) => typeof value === 'function').optional()

export const mailSchema: z.ZodType<MailOptions> = z
  .strictObject({
    smtpUrl: z
      .string()
      .regex(/^smtps?:\/\/./, 'must look like smtps://user:password@host')
      .exactOptional(),
    from: z.string().regex(FROM, 'must be one address, or a name with one in <>').exactOptional(),
    paths: z
      .strictObject({
        resetPassword: path.exactOptional(),
        verifyEmail: path.exactOptional(),
        confirmEmail: path.exactOptional(),
        forgotPassword: path.exactOptional(),
        signIn: path.exactOptional(),
      })
      .exactOptional(),
    templates: z
      .strictObject(Object.fromEntries(Object.keys(TEMPLATES).map((name) => [name, template])))
      .exactOptional() as unknown as z.ZodType<Partial<MailTemplates>>,
    layout: z.custom<MailLayout>((value) => typeof value === 'function').exactOptional(),
  })
  .refine(({ smtpUrl, from }) => (smtpUrl === undefined) === (from === undefined), {
    message: '"smtpUrl" and "from" go together',
  })

/**
 * The address below which links in mails are made.
 * @throws TypeError for plain http that leaves this machine, and for a query or a fragment
 */
export function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new TypeError('must be an address like "https://app.example.com"')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new TypeError('must use https outside of this machine')
  }
  return url.href.replace(/\/$/, '')
}

/** Addresses of pages, made of configuration alone (Supabase GHSA-3529-5m8x-rpv3). */
export function createLinks(webUrl: string, given: Partial<MailPaths> = {}) {
  const paths = { ...PATHS, ...given }
  return {
    page: (page: keyof MailPaths): string => webUrl + paths[page],
    /** The token is in the fragment: no server, no log and no `Referer` ever sees it. */
    withToken: (page: keyof MailPaths, token: string): string =>
      `${webUrl}${paths[page]}#token=${token}`,
  }
}
