'use client'

import { useSession } from '@countersign/client/react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Icon, type IconName } from './icon'

interface Place {
  readonly href: string
  readonly label: string
  readonly icon: IconName
}

const PAGES: readonly Place[] = [
  { href: '/tasks', label: 'Tasks', icon: 'tasks' },
  { href: '/overview', label: 'Overview', icon: 'overview' },
  { href: '/session', label: 'Session', icon: 'session' },
  { href: '/account', label: 'Account', icon: 'person' },
]

/** Hidden from others, not protected from them: the auth server asks for the role. */
const ADMIN: Place = { href: '/admin/users', label: 'Admin', icon: 'shield' }

/** The private pages; at the bottom of a phone, in the header of anything wider. */
export function MainNav() {
  const pathname = usePathname()
  const { user } = useSession()
  const pages = user?.role === 'admin' ? [...PAGES, ADMIN] : PAGES
  return (
    <nav className="main-nav" aria-label="Main">
      {pages.map(({ href, label, icon }) => (
        <Link key={href} href={href} aria-current={isAt(pathname, href) ? 'page' : undefined}>
          <Icon name={icon} />
          {label}
        </Link>
      ))}
    </nav>
  )
}

function isAt(pathname: string, href: string): boolean {
  const [, section] = href.split('/')
  return pathname.split('/')[1] === section
}
