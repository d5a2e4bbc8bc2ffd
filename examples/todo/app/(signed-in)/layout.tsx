import type { ReactNode } from 'react'
import { Brand } from '../../components/brand'
import { MainNav } from '../../components/main-nav'
import { SessionWatch } from '../../components/session-watch'
import { SignOutButton } from '../../components/sign-out-button'
import { apiUrl } from '../../lib/api-url'
import { getSession } from '../../lib/auth'

/** The frame of every private page. It guards nothing: each page does that for itself. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const session = await getSession()
  return (
    <SessionWatch apiUrl={apiUrl()} session={session ? { user: session.user } : undefined}>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="site-header">
        <Brand href="/tasks" />
        <MainNav />
        <SignOutButton />
      </header>
      <main className="page" id="content">
        <noscript>
          <p className="notice">
            Without JavaScript you can read and add tasks, but not change them.
          </p>
        </noscript>
        {children}
      </main>
    </SessionWatch>
  )
}
