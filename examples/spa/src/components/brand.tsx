import { BrandMark } from '../../../todo/components/brand-mark'
import { Link } from './link'

/** The name of the product with its mark. */
export function Brand() {
  return (
    <Link className="brand" href="/tasks">
      <BrandMark />
      Daybook
    </Link>
  )
}
