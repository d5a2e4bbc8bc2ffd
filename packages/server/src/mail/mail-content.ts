/** What a mail says. Whoever writes one thinks of neither HTML nor line breaks. */
export interface MailContent {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** What is to be done, as a button; its address is also written out. */
  readonly action?: { readonly label: string; readonly url: string }
  /** Smaller words at the end, such as what to do if it was not you. */
  readonly notes?: readonly string[]
}

/** A mail as it is sent. */
export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Makes a mail out of what it says. Replaceable, for a look of your own. */
export type MailLayout = (content: MailContent) => RenderedMail

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it may stand in HTML, between tags and inside of quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

const BODY =
  'font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:32em;margin:2em auto;padding:0 1em'
const BUTTON =
  'display:inline-block;padding:.75em 1.25em;border-radius:.4em;background:#1f4fd8;color:#fff;text-decoration:none'
const SMALL = 'font-size:14px;color:#555'

/** Plain text and HTML of the same words; every value is escaped. */
export const plainLayout: MailLayout = ({ subject, paragraphs, action, notes = [] }) => ({
  subject,
  text: `${[...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), ...notes].join(
    '\n\n',
  )}\n`,
  html: [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="${BODY}">`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...(action ? [button(action)] : []),
    ...notes.map((text) => `<p style="${SMALL}">${escapeHtml(text)}</p>`),
    '</body></html>',
  ].join('\n'),
})

function button({ label, url }: NonNullable<MailContent['action']>): string {
  const href = escapeHtml(url)
  return [
    `<p><a style="${BUTTON}" href="${href}">${escapeHtml(label)}</a></p>`,
    `<p style="${SMALL};word-break:break-all">${href}</p>`,
  ].join('\n')
}
