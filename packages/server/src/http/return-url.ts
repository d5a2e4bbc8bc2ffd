import { ProblemError } from './problem-error.js'

const MAX_LENGTH = 2048

/**
 * The address to which a browser goes back: of a trusted origin, compared as browsers read it and
 * never as text. A path is one of the origin that asks.
 * @param asking origin of the page that asks, if it is trusted
 * @throws ProblemError `invalid_request`
 */
export function readReturnUrl(
  text: string,
  asking: string | undefined,
  trustedOrigins: ReadonlySet<string>,
): URL {
  if (text.length > MAX_LENGTH || /[\p{Cc}\p{Cs}\\]/u.test(text)) throw refused()
  if (!URL.canParse(text, asking)) throw refused()
  const url = new URL(text, asking)
  // A blob: has the origin of what it is in, too.
  if (!/^https?:$/.test(url.protocol) || !trustedOrigins.has(url.origin)) throw refused()
  if (url.username !== '' || url.password !== '') throw refused()
  return url
}

/** The address with a further parameter, which replaces one of that name. */
export function withParameter(address: string, name: string, value: string): string {
  const url = new URL(address)
  url.searchParams.set(name, value)
  return url.href
}

function refused(): ProblemError {
  return new ProblemError('invalid_request', { detail: '"returnTo" is not at a trusted origin' })
}
