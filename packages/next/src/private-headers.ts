/** Header in which the proxy tells a page its own path and query, which Next does not. */
export const PAGE_PATH_HEADER = 'x-countersign-path'

/** Headers that only servers of ours may set. */
const OURS = /^(countersign-|x-countersign-)/

/** Next's own channel from a proxy to the pages behind it, which nobody else may use. */
const NEXTS =
  /^x-middleware-(request-|override-headers|set-cookie|rewrite|redirect|next|skip|subrequest)/

/** Takes away what somebody outside pretends that a proxy has said. */
export function stripPrivateHeaders(headers: Headers): void {
  for (const name of [...headers.keys()]) {
    if (OURS.test(name) || NEXTS.test(name)) headers.delete(name)
  }
}
