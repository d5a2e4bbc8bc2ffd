import { isIP } from 'node:net'
import { problemResponse } from '@countersign/core'
import type { KeptMail } from '../../mail/dev-mailbox.js'
import { escapeHtml } from '../../mail/mail-content.js'
import { isLoopback } from '../origins.js'
import type { App, AppContext, Services } from '../services.js'

const URL_IN_TEXT = /https?:\/\/\S+/g

/** The mailbox of development: a list of the latest mails, as HTML or as JSON. Else there is none. */
export function addDevMailbox(root: App, { mail, options }: Services): void {
  const { mailbox } = mail
  if (!mailbox) return
  root.get('/dev/mail', (c) => {
    if (!isOfThisMachine(c, options.origin)) return problemResponse('not_found')
    const mails = mailbox.list()
    return c.req.header('accept')?.includes('application/json')
      ? c.json({ mails: mails.map(({ html: _, ...rest }) => rest) })
      : c.html(page(mails))
  })
}

/** Mails hold links into accounts: neither another machine nor a site with our address may look. */
function isOfThisMachine(c: AppContext, origin: string): boolean {
  const { ip } = c.get('caller')
  const isLocal = ip === undefined || isLoopback(isIP(ip) === 6 ? `[${ip}]` : ip)
  return isLocal && new URL(c.req.url).host === new URL(origin).host
}

function page(mails: readonly KeptMail[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title>',
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    '</head><body><main><h1>Mail</h1>',
    '<p>What this server would have sent. Reload to see what is new.</p>',
    mails.length === 0 ? '<p>Nothing yet.</p>' : '',
    ...mails.map(article),
    '</main></body></html>',
  ].join('\n')
}

function article({ subject, to, at, text }: KeptMail): string {
  const when = at.toISOString()
  return [
    '<article><hr>',
    `<h2>${escapeHtml(subject)}</h2>`,
    `<p>To <b>${escapeHtml(to)}</b>, <time datetime="${when}">${when}</time></p>`,
    ...text
      .trim()
      .split(/\n{2,}/)
      .map((paragraph) => `<p>${withLinks(paragraph)}</p>`),
    '</article>',
  ].join('\n')
}

function withLinks(text: string): string {
  let html = ''
  let end = 0
  for (const { 0: url, index } of text.matchAll(URL_IN_TEXT)) {
    html += `${escapeHtml(text.slice(end, index))}<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`
    end = index + url.length
  }
  return html + escapeHtml(text.slice(end))
}
