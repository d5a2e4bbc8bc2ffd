import type { ReactNode } from 'react'
import { BrandMark } from '../../todo/components/brand-mark'

/** The frame of the pages before signing in. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <header className="site-header">
        <span className="brand">
          <BrandMark />
          Daybook
        </span>
      </header>
      <main className="gate">
        <section className="sheet gate-sheet">
          <h1>{title}</h1>
          {children}
        </section>
      </main>
    </>
  )
}
