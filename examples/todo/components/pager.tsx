import Link from 'next/link'
import { withQuery } from '../lib/admin'

interface PagerProps {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly next: string | null | undefined
}

/** From page to page; where one is stands in the address. */
export function Pager({ path, query: { cursor, ...query }, next }: PagerProps) {
  return (
    <p className="pager">
      {cursor && <Link href={withQuery(path, query)}>First page</Link>}
      {next && <Link href={withQuery(path, { ...query, cursor: next })}>Next page</Link>}
    </p>
  )
}
