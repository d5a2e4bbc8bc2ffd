import type { ClientState } from '@countersign/client'
import { RequireRole } from '@countersign/client/react'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { SignedInContext } from '../../../todo/hooks/use-signed-in'
import { apiUrl, authUrl } from '../client'
import { usePageChange } from '../hooks/use-page-change'
import { navigate } from '../hooks/use-path'
import { useRestoredPage } from '../hooks/use-restored-page'
import { AdminPage } from './admin-page'
import { Brand } from './brand'
import { MainNav } from './main-nav'
import { NotAdmin } from './not-admin'
import { SessionPage } from './session-page'
import { SignOutButton } from './sign-out-button'
import { TasksPage } from './tasks-page'

const TITLES: Readonly<Record<string, string>> = {
  '/tasks': 'Tasks',
  '/session': 'Session',
  '/admin': 'Admin',
}

const PAGES: Readonly<Record<string, () => ReactNode>> = {
  '/tasks': () => <TasksPage />,
  '/session': () => <SessionPage />,
  '/admin': () => (
    <RequireRole roles={['admin']} fallback={<NotAdmin />}>
      <AdminPage />
    </RequireRole>
  ),
}

interface PrivateProps {
  readonly path: string
  readonly user: Extract<ClientState, { status: 'signed_in' }>['user']
  readonly onSignOut: () => Promise<void>
}

/** The frame of the private pages, and the one that is asked for. */
export function Private({ path, user, onSignOut }: PrivateProps) {
  const main = useRef<HTMLElement>(null)
  const page = PAGES[path]
  useEffect(() => {
    if (!page) navigate('/tasks', { replace: true })
  }, [page])
  useRestoredPage()
  usePageChange(TITLES[path] ?? 'Tasks', main)
  const signedIn = useMemo(() => ({ apiUrl, authUrl, userId: user.id }), [user.id])
  return (
    <SignedInContext value={signedIn}>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="site-header">
        <Brand />
        <MainNav path={path} />
        <SignOutButton onSignOut={onSignOut} />
      </header>
      <main className="page" id="content" ref={main} tabIndex={-1}>
        {page?.()}
      </main>
    </SignedInContext>
  )
}
