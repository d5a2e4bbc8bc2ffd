import type { ReactNode } from 'react'
import { Brand } from '../../components/brand'

export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="site-header">
        <Brand href="/" />
      </header>
      <main className="gate">{children}</main>
    </>
  )
}
