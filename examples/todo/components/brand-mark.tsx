/** The mark of the product: a tick that runs on into a signature. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M7.5 17.5c2 .6 3.4 2.3 4.4 4.6 2.2-6.2 5.3-10.6 9.1-13.1 1.7-1.1 2.9-.6 2.4 1-.9 2.9-4.3 6.2-8 8.3 2.3-.9 4.2-1 4.6.1.4 1.3-.9 2.4.3 2.9 1 .4 2.7-.8 4.2-2.4" />
    </svg>
  )
}
