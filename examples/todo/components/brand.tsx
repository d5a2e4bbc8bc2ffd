import Link from 'next/link'
import { BrandMark } from './brand-mark'

/** The name of the product with its mark. */
export function Brand({ href }: { href: string }) {
  return (
    <Link className="brand" href={href}>
      <BrandMark />
      Daybook
    </Link>
  )
}
