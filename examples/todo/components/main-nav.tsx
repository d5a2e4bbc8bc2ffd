'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Icon, type IconName } from './icon'

const PAGES: readonly { href: string; label: string; icon: IconName }[] = [
  { href: '/tasks', label: 'Tasks', icon: 'tasks' },
  { href: '/overview', label: 'Overview', icon: 'overview' },
  { href: '/session', label: 'Session', icon: 'session' },
]

/** The private pages; at the bottom of a phone, in the header of anything wider. */
export function MainNav() {
  const pathname = usePathname()
  return (
    <nav className="main-nav" aria-label="Main">
      {PAGES.map(({ href, label, icon }) => (
        <Link key={href} href={href} aria-current={pathname === href ? 'page' : undefined}>
          <Icon name={icon} />
          {label}
        </Link>
      ))}
    </nav>
  )
}
