'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

const PAGES = [
  ['/admin/users', 'Users'],
  ['/admin/audit', 'Audit log'],
] as const

/** The two parts of administration. */
export function AdminNav() {
  const pathname = usePathname()
  return (
    <nav className="admin-nav" aria-label="Administration">
      {PAGES.map(([href, label]) => (
        <Link key={href} href={href} aria-current={pathname.startsWith(href) ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
