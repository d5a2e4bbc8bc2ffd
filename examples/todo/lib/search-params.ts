/** The query of a page as Next hands it over. */
export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** A parameter that makes sense once only. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? undefined : value
}
