const HERE = 'http://here.invalid'
const MAX_LENGTH = 2048

/**
 * The page to go to after signing in, from a link that anybody may have written: a path of this
 * application with query and hash, or `fallback` (`/`) for everything else. Also for the browser.
 *
 * @example
 * redirect(safeReturnTo((await searchParams).returnTo, { fallback: '/tasks' }))
 */
export function safeReturnTo(value: unknown, options: { readonly fallback?: string } = {}): string {
  return localPath(value) ?? options.fallback ?? '/'
}

/** `signInPath` with the page that the visitor wanted, if that is one of this application. */
export function withReturnTo(signInPath: string, page: unknown): string {
  const path = localPath(page)
  const { origin, pathname, searchParams, hash } = new URL(signInPath, HERE)
  if (!path || origin !== HERE || new URL(path, HERE).pathname === pathname) return signInPath
  searchParams.set('returnTo', path)
  return `${pathname}?${searchParams}${hash}`
}

/** A path that every browser reads as one of its own origin; undefined for anything else. */
function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > MAX_LENGTH) return
  if (hasUnsafeCharacter(value) || !URL.canParse(value, HERE)) return
  // Dot segments are gone now: "/..//elsewhere.test" has become "//elsewhere.test".
  const { origin, pathname, search, hash } = new URL(value, HERE)
  if (origin !== HERE || pathname.startsWith('//')) return
  return pathname + search + hash
}

/** Browsers drop tabs and line ends from addresses and read a backslash as a slash. */
function hasUnsafeCharacter(text: string): boolean {
  return [...text].some(
    (character) => character <= ' ' || character === '\\' || character === '\x7f',
  )
}
