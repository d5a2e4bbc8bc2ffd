const HOME = '/tasks'
const ELSEWHERE = /^\/(sign-in|sign-up|form|api)(\/|$)/

/**
 * Where to go after signing in: a page of this application, or the task list for anything else.
 * A link that someone sends may name any address here, so only a plain local path passes.
 */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || hasUnsafeCharacter(value)) return HOME
  const base = 'http://here.invalid'
  if (!URL.canParse(value, base)) return HOME
  // Dot segments are gone now: "/..//elsewhere.test" has become "//elsewhere.test".
  const { origin, pathname, search, hash } = new URL(value, base)
  if (origin !== base || pathname.startsWith('//') || ELSEWHERE.test(pathname)) return HOME
  return pathname + search + hash
}

/** The sign-in page that leads back to `path`, and says why signing in is needed if it is told. */
export function signInPath(path: string, reason?: string): string {
  const query = new URLSearchParams({ returnTo: path })
  if (reason) query.set('reason', reason)
  return `/sign-in?${query}`
}

/** Browsers drop tabs and line ends from addresses and read a backslash as a slash. */
function hasUnsafeCharacter(text: string): boolean {
  return [...text].some(
    (character) => character <= ' ' || character === '\\' || character === '\x7f',
  )
}
