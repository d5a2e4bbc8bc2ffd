/** Header in which the proxy tells a page its own path and query, which Next does not. */
export const PAGE_PATH_HEADER = 'x-page-path'
