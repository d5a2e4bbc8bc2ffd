/**
 * The matcher we recommend for `proxy.ts`: everything but static files. Next reads the matcher from
 * the source text, so copy the value; importing it has no effect.
 */
export const RECOMMENDED_MATCHER =
  '/((?!_next/static|_next/image|favicon.ico|robots.txt|sitemap.xml).*)'
