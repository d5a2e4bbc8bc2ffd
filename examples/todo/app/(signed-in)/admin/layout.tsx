import type { ReactNode } from 'react'
import { AdminNav } from '../../../components/admin-nav'
import { protect } from '../../../lib/auth'

/** The frame of the pages for administrators; the auth server asks for the role with every call. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { user } = await protect()
  if (user.role !== 'admin') {
    return (
      <section className="sheet empty" role="alert">
        <h1>Only for administrators</h1>
        <p>
          This page needs the role <strong>admin</strong>; yours is <strong>{user.role}</strong>.
        </p>
        <a className="button" href="/tasks">
          Back to your tasks
        </a>
      </section>
    )
  }
  return (
    <>
      <AdminNav />
      {children}
    </>
  )
}
