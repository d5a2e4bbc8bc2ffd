/** The query of a page as Next hands it over. */
export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** A parameter that makes sense once only. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? undefined : value
}

/** The parameters that occur once, as a plain object that a client component can be given. */
export function queryOf(params: Awaited<SearchParams>): Readonly<Record<string, string>> {
  const found = Object.entries(params).filter(([, value]) => typeof value === 'string' && value)
  return Object.fromEntries(found) as Record<string, string>
}
